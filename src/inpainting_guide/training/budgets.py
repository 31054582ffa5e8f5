"""What a network saw and how it was taught: what must be said beside every comparison."""

from inpainting_guide.measuring.quantities import Quantity
from inpainting_guide.training import store


def recipe(network, over):
    """Describe how a compiled network is taught.

    Parameters
    ----------
    network : keras.Model
        Compiled. One with a ``train_step`` of its own may say in ``loss_in_words`` what it
        descends on.
    over : {"hole", "image"}
        What a plain loss is taken over.

    Returns
    -------
    dict of str to str
        ``optimizer`` with its highest learning rate, for instance "ConvolutionMuon, 0.003"; and
        ``loss``, for instance "squared error, hole".

    Raises
    ------
    ValueError
        If a network with a loss of its own is to learn it over the image: its words say where.
    """
    # In float16 Keras wraps the optimizer in one that scales the loss.
    optimizer = getattr(network.optimizer, "inner_optimizer", network.optimizer)
    config = optimizer.get_config()
    rate = config["learning_rate"]
    if isinstance(rate, dict):  # a schedule, or a function of no argument
        settings = rate["config"] if isinstance(rate["config"], dict) else {}
        rate = settings.get("warmup_target") or settings.get("initial_learning_rate")
    loss = getattr(network, "loss_in_words", None)
    if loss is not None and over != "hole":
        raise ValueError(
            f"{network.name} has a loss of its own, {loss}: leave out over={over!r}, which is for "
            "plain losses."
        )
    if loss is None:
        # Of an object, of a function, or a name already.
        name = getattr(network.loss, "name", getattr(network.loss, "__name__", network.loss))
        loss = f"{str(name).replace('mean_', '').replace('_', ' ')}, {over}"
        reduction = getattr(network.loss, "reduction", "sum_over_batch_size")
        if loss == "squared error, hole" and reduction != "mean_with_sample_weight":
            # Keras divides what the weights leave by the number of all pixels.
            loss = "squared error of the hole, over all pixels"
    taught = type(optimizer).__name__
    if rate is not None:
        taught += f", {rate:g}"
        if excluded := config.get("exclude_layers"):
            taught += f" (AdamW, {rate * config['adam_lr_ratio']:g}: {', '.join(excluded)})"
    return {"optimizer": taught, "loss": loss}


def squared_error(record):
    """Tell where a record has the squared error of fills: no other loss is told in decibels.

    Parameters
    ----------
    record : dict
        What `inpainting_guide.training.fitting.fit` returned.

    Returns
    -------
    str
        A key of its ``history``.

    Raises
    ------
    ValueError
        If it has none.
    """
    if "squared_error" in record["history"]:
        return "squared_error"
    if not (loss := str(record.get("loss"))).startswith("squared error, "):
        raise ValueError(
            f"the loss of the training is {loss!r}: only a squared error is told in decibels. Draw "
            "it in its own unit (inpainting_guide.pages.loss_terms)."
        )
    return "loss"


def records(names):
    """Read the records of stored networks, the ones that were used last.

    Parameters
    ----------
    names : sequence of str
        Their names in the store.

    Returns
    -------
    list of dict
        As `inpainting_guide.training.fitting.fit` returns them, without the path.

    Raises
    ------
    FileNotFoundError, ValueError
        If one was not trained, or its record is damaged.
    """
    return [store.read_record(store.newest(name)) for name in names]


def images(names):
    """Add up the images of trainings, each of which began with the weights of the one before.

    Parameters
    ----------
    names : sequence of str
        Their networks' names in the store.

    Returns
    -------
    int

    Raises
    ------
    FileNotFoundError, ValueError
        If one of them was not trained, or its record is damaged.
    """
    return sum(record["images"] for record in records(names))


def units(names):
    """Tell what trainings took, in units of time: one is what the U-Net of the store took.

    The seconds of one store are compared, by the clock on the wall: they mean little if it was
    filled by several machines.

    Parameters
    ----------
    names : sequence of str
        Their networks' names in the store, each trained from the weights of the one before.

    Returns
    -------
    float

    Raises
    ------
    FileNotFoundError, ValueError
        If one of them or the U-Net was not trained, or its record is damaged.
    """
    (unit,) = records(["unet"])
    return sum(record["seconds"] for record in records(names)) / unit["seconds"]


def cost(record):
    """Tell what a training cost, as pages publish it.

    Parameters
    ----------
    record : dict
        What `inpainting_guide.training.fitting.fit` returned.

    Returns
    -------
    dict of str to int, Quantity or str
        ``parameters``, ``images`` seen, ``seconds`` and ``precision``.
    """
    counts = {name: record[name] for name in ("parameters", "images")}
    precision = record["machine"]["precision"]
    return counts | {"seconds": Quantity(record["seconds"], "s"), "precision": precision}
