"""What a network saw and how it was taught: what must be said beside every comparison."""

from inpainting_guide import arguments, reporting, store


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
    """
    config = network.optimizer.get_config()
    rate = config["learning_rate"]
    if isinstance(rate, dict):  # a schedule
        settings = rate["config"]
        rate = settings.get("warmup_target") or settings.get("initial_learning_rate")
    loss = getattr(network, "loss_in_words", None)
    if loss is None:
        name = getattr(network.loss, "name", None) or str(network.loss)
        loss = f"{name.replace('mean_', '').replace('_', ' ')}, {over}"
    optimizer = type(network.optimizer).__name__
    if rate is not None:
        optimizer += f", {rate:g}"
        if excluded := config.get("exclude_layers"):
            optimizer += f" (Adam, {rate * config['adam_lr_ratio']:g}: {', '.join(excluded)})"
    return {"optimizer": optimizer, "loss": loss}


def records(names):
    """Read the records of stored networks, the ones that were used last.

    Parameters
    ----------
    names : sequence of str
        Their names in the store.

    Returns
    -------
    list of dict
        As `inpainting_guide.training.fit` returns them.

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
    """
    return sum(record["images"] for record in records(names))


def table(trained):
    """Lay out as text what differs between methods besides their results.

    Parameters
    ----------
    trained : dict of str to sequence of str
        By the method's name, the names in the store of all that was trained for it, one after
        the other, each from the weights of the one before.

    Returns
    -------
    str
        A line per method: the parameters that were trained last, the images that were seen in
        all, and the optimizer and the loss of the last training.

    Raises
    ------
    ValueError
        If there are no methods, or one without a training.
    """
    arguments.some("methods", trained)
    rows = {}
    for name, networks in trained.items():
        arguments.some(f"trainings of {name}", networks)
        found = records(networks)
        rows[name] = {
            "parameters": f"{found[-1]['parameters']:,}",
            "images": " + ".join(f"{record['images']:,}" for record in found),
            "optimizer, rate": found[-1]["optimizer"],
            "loss": found[-1]["loss"],
        }
    return reporting.table(rows)
