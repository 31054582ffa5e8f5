"""What the build of the site keeps of the last one."""

import build


def test_what_is_of_no_page_any_more_goes_and_the_rest_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "SOURCE", tmp_path / "source")
    monkeypatch.setattr(build, "RESULTS", tmp_path / "results")
    kept = ["results/unet.json", "results/unet.fog.png", "results/runs/unet.json"]
    kept += ["source/gallery/unet.rst", "source/gallery/index.rst"]
    gone = ["results/gone.json", "results/runs/gone.json", "source/gallery/gone.py.md5"]
    gone += ["source/tutorial/gone.md", "source/api/inpainting_guide.data.gone.rst"]
    for name in kept + gone:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    build.stage()
    assert [name for name in kept + gone if (tmp_path / name).exists()] == kept
