"""Settings and fixtures that every test shares."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
# A test must not depend on how the reader's shell was set up.
for name in ("INPAINTING_GUIDE_QUICK", "INPAINTING_GUIDE_PRECISION", "INPAINTING_GUIDE_RESULTS"):
    os.environ.pop(name, None)

import contextlib  # noqa: E402
import gc  # noqa: E402
import itertools  # noqa: E402
import json  # noqa: E402
import shutil  # noqa: E402
import sys  # noqa: E402

import built_site  # noqa: E402
import hypothesis  # noqa: E402
import numpy as np  # noqa: E402
import own_photographs  # noqa: E402
import pytest  # noqa: E402
from PIL import Image  # noqa: E402

from inpainting_guide.data import cars, protocol  # noqa: E402

# How long an example takes says what else the machine does.
hypothesis.settings.register_profile("guide", deadline=None, max_examples=50)
hypothesis.settings.load_profile("guide")


STORES = (f"store-{number}" for number in itertools.count())


@pytest.fixture(autouse=True)
def store_folder(tmp_path_factory, monkeypatch):
    """Give every test a store of its own, still to be made: the reader's is never touched."""
    folder = tmp_path_factory.getbasetemp() / next(STORES)
    monkeypatch.setenv("INPAINTING_GUIDE_STORE", str(folder))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def closed_figures():
    """Close the figures of every test, so that none finds those of another."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture(scope="session")
def photographs():
    """Twelve test cars."""
    return cars.load().test[:12]


@pytest.fixture
def measured_task():
    """The 1,000 test cars with their holes; the guard is as before afterwards."""
    protocol.declare_final()
    yield protocol.test()
    protocol.choose_again()


@pytest.fixture
def quick_task(tmp_path, monkeypatch):
    """The first validation cars, in quick mode and in an empty folder; the guard is as before."""
    monkeypatch.setenv("INPAINTING_GUIDE_QUICK", "1")
    monkeypatch.chdir(tmp_path)
    yield protocol.validation()
    protocol.choose_again()


@pytest.fixture
def eagerly(request):
    """Compute operation by operation meanwhile: for a step or two no graph is worth its making.

    With the parameter False it is the other way round.
    """
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(getattr(request, "param", True))
    yield
    tf.config.run_functions_eagerly(before)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a photograph and a mask, whose hole is 10 x 6 pixels and one at the corner."""
    monkeypatch.chdir(tmp_path)
    height, width = own_photographs.HEIGHT, own_photographs.WIDTH
    own_photographs.make_photograph(tmp_path / "photo.png", height, width)
    missing = np.zeros((height, width), bool)
    missing[12:18, 20:30] = missing[-1, -1] = True
    Image.fromarray(np.uint8(missing) * 255).save(tmp_path / "mask.png")
    return tmp_path


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The same with a photograph of 32 x 32 pixels and one hole, which fits every network."""
    monkeypatch.chdir(tmp_path)
    own_photographs.make_photograph(tmp_path / "photo.png", 32, 32)
    own_photographs.make_mask(tmp_path / "mask.png", slice(9, 21), slice(3, 15))
    return tmp_path


@pytest.fixture(scope="session")
def built_again(testrun_uid):
    """What happened when the site was built, and then again with one page changed."""
    return built_site.of_this_run(testrun_uid)


@pytest.fixture(scope="session")
def site(built_again):
    """The site, built once, in quick mode, with every warning an error."""
    return built_site.SITE


@pytest.hookimpl(tryfirst=True)  # before ``-m`` selects
def pytest_collection_modifyitems(items):
    """Mark the tests that need the built site; put its build first and its programs last."""
    for item in items:
        if "built_again" in item.fixturenames:
            item.add_marker("site")

    def place(item):
        if group(item.nodeid) == "the site":
            return 0
        if "/test_try" in item.nodeid:  # what takes longest is begun first
            return 2
        return 3 if item.get_closest_marker("site") else 1

    items.sort(key=place)


def pytest_collection_finish():
    """Never look for garbage among the libraries and the collected tests: they stay."""
    gc.collect()
    gc.freeze()


def group(nodeid):
    """Name the tests that one process takes together."""
    file = nodeid.partition("::")[0]
    if file.endswith("/test_site.py"):
        return "the other half of its pages" if "second half" in nodeid else "the site"
    # They share slow processes, networks, a browser and the networks that it has fetched.
    if file.endswith(("/test_hosts.py", "/test_devices.py")) or "killed_at_random" in nodeid:
        return "several machines"
    if file.endswith(("/test_thesis_tables.py", "/test_every_network.py")):
        return "the networks of the thesis's tables"
    together = "/test_try", "/test_site", "/test_baselines"
    return file if any(name in file for name in together) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let one process build the site while another takes the rest.

    What runs in the browser comes last, when the site stands, and both share it. (The plugin's own
    ``--dist loadgroup`` does nothing with pytest 9.2.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group(nodeid)

    config.option.loadscopereorder = False
    return Groups(config, log)


@pytest.fixture(scope="session")
def address(site):
    with built_site.served(site) as url:
        yield url


@pytest.fixture(scope="session")
def few_networks(site, tmp_path_factory):
    """The address of the same site with fewer networks, which is asked and answers sooner."""
    catalogue = json.loads((site / "networks" / "catalogue.json").read_text(encoding="utf-8"))
    keys = "direct_cnn", "unet", "cvae", "flow", "flow_in_one_step"
    catalogue["networks"] = [entry for entry in catalogue["networks"] if entry["key"] in keys]
    assert len(catalogue["networks"]) == len(keys)
    short = tmp_path_factory.mktemp("few") / "catalogue.json"
    short.write_text(json.dumps(catalogue), encoding="utf-8")
    with built_site.served(site, {"/networks/catalogue.json": str(short)}) as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    pytest.importorskip("playwright")
    with contextlib.ExitStack() as stack:
        try:
            started = stack.enter_context(built_site.chromium())
        except LookupError as missing:
            # On the machines that test every change there is one: a skip would hide a failure.
            end = pytest.fail if os.environ.get("CI") and sys.platform == "linux" else pytest.skip
            end(str(missing))
        yield started


@pytest.fixture(scope="session")
def tab(browser):
    """A page that tests open one after the other, by `built_site.reopened`.

    It fetches and compiles once what runs the networks.
    """
    with contextlib.closing(browser.new_context()) as context:
        yield context.new_page()


@pytest.fixture
def new_page(browser):
    """A function that makes an empty page, in a browser that knows nothing yet."""
    with contextlib.ExitStack() as stack:

        def make(**settings):
            context = stack.enter_context(contextlib.closing(browser.new_context(**settings)))
            return context.new_page()

        yield make


def pytest_terminal_summary(terminalreporter):
    """Say loudly when the browser tests did not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any("NO BROWSER" in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep(
            "!", "THE BROWSER TESTS WERE SKIPPED: no Chromium found", red=True
        )
