"""The figure of the chapter on the experiments: the thesis's networks as shapes."""

from drawings import style

TALL, THICK, GAP = 0.72 / 32, 0.0016, 0.09  # inches: a pixel's height, a channel, between two maps


def network_shapes():
    """Draw the six trained networks of the thesis below each other, all to one scale."""
    rows = _networks()
    pitch, top = 0.94, 0.34
    axes = style.sheet(top + len(rows) * pitch + 0.06)
    height = axes.get_ylim()[1]
    for x, title in ((0.05, "network"), (1.78, "height: pixels; width: channels")):
        style.write(axes, x, height - 0.16, title, style.SMALL, style.FAINT, across="left")
    style.write(axes, 6.95, height - 0.16, "parameters", style.SMALL, style.FAINT, across="right")
    for number, (name, parts) in enumerate(rows.items()):
        y = height - top - (number + 0.5) * pitch
        if number:
            line = y + pitch / 2
            style.line(axes, (0.05, line), (6.95, line), colour=style.FAINT, width=0.5)
        style.write(axes, 0.05, y, name, across="left", linespacing=1.25)
        x = 1.78
        for shape in _shapes(parts):
            x = _map(axes, x, y, shape) + GAP
        parameters = sum(part.count_params() for part in parts)
        style.write(axes, 6.95, y, f"{parameters:,}", across="right")
    return axes.figure


def _networks():
    """Build the networks; Keras is loaded only now."""
    from inpainting_guide import networks
    from inpainting_guide.networks import cvae, generators

    printed = cvae.PrintedCVAE()
    return {
        "direct\n3.1": [networks.direct_cnn()],
        "autoencoder\n3.2": [networks.autoencoder()],
        "patch only\n3.2.1": [networks.patch_autoencoder()],
        "CVAE\n3.3": [printed.encoder, printed.decoder],
        "GAN, first\n3.4.1": [generators.autoencoder_generator()],
        "GAN, second\n3.4.1": [generators.direct_generator()],
    }


def _shapes(parts):
    """Return the shape of the input and of what each layer with weights makes of it."""
    shapes = [parts[0].input_shape[1:]]
    for part in parts:
        for layer in part.layers:
            kind = type(layer).__name__
            both_heads = layer.name == "log_variance"  # drawn once, with the means
            if kind in ("Conv2D", "Conv2DTranspose", "Dense", "Reshape") and not both_heads:
                shapes.append(layer.output.shape[1:])
    return shapes


def _map(axes, x, y, shape):
    """Draw feature maps as a bar, or a vector as a disc, and return its right end."""
    if len(shape) == 1:
        radius = 0.075
        style.circle(axes, x + radius, y, colour=style.MISSING, radius=radius)
        return x + 2 * radius
    side, _, channels = shape
    width = 0.02 + THICK * channels
    tall = TALL * side
    style.rectangle(axes, x, y - tall / 2, width, tall, style.KNOWN, line=0.8)
    return x + width
