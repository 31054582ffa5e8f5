"""Four claims of the thesis that no page tests.

    python benchmarks/thesis_claims.py [--seeds 3] [--images 12288] [--only NAME ...] [--record]

`adam`: does the loss converge very quickly with Adam? The direct network with the loss as printed,
over the whole image, at constant rates, beside gradient descent with momentum (one seed, twice as
many images). `filters`: the direct network with filters of 3 × 3, 5 × 5 and 7 × 7 pixels.
`normalisation`: the autoencoder with batch normalisation and without, at three constant rates of
Adam. `latents`: the variational network as printed, its latent cut down to fewer numbers. All
measures are taken on the validation cars; the test cars are not looked at.
"""

import argparse

import keras
import numpy as np
from keras import layers
from recording import lead, over_seeds, record, recorded, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import arguments as checks
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.networks.at_the_hole import AtTheHole

BATCH_SIZE, EPOCHS = 64, 12
SIDES = (3, 5, 7)
RATES = (1e-3, 3e-3, 1e-2)
LATENTS = (16, 64, 256, 1_024)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "train each with the seeds from 0 to one less"
    parser.add_argument("--seeds", type=int, default=3, help=text)
    text = "how many images each sees"
    parser.add_argument("--images", type=int, default=12_288, help=text)
    text = "claims to test; all by default"
    parser.add_argument("--only", nargs="*", default=(), metavar="NAME", help=text)
    parser.add_argument("--record", action="store_true", help="write results/thesis_claims.json")
    settings = parser.parse_args()
    use_own_store("thesis_claims")
    machine.use_precision()
    claims = {"adam": adam, "filters": filters, "normalisation": normalisation, "latents": latents}
    for name in settings.only:
        checks.one_of("claim", name, claims)
    results = {"images": settings.images, "seeds": settings.seeds}
    others = recorded("thesis_claims", results) if settings.record and settings.only else {}
    for name, test in claims.items():
        if not settings.only or name in settings.only:
            results[name] = test(settings.images, settings.seeds)
            show({name: results[name]})
    if settings.record:
        record("thesis_claims", others | results)


def adam(images, _):
    """Say after how many images 95 % of the way of each loss is done."""
    found = {"images": 2 * images}
    optimizers = {"adam": keras.optimizers.Adam(1e-3)}
    for rate in (0.1, 1.0):
        optimizers[f"descent_{rate:g}".replace(".", "_")] = keras.optimizers.SGD(rate, momentum=0.9)
    for name, optimizer in optimizers.items():
        keras.utils.set_random_seed(0)
        network = networks.direct_cnn()
        network.compile(optimizer=optimizer, loss=training.hole_loss())
        start = network_errors(network)
        history = fit(network, 2 * images, 0, over="image", epochs=2 * EPOCHS)["history"]
        rows = {"whole": [start[0], *history["loss"]], "hole": [start[1], *history["val_loss"]]}
        found[name] = {"psnr": of_error(history["val_loss"][-1])}
        for part, errors in rows.items():
            done = (errors[0] - np.array(errors)) / (errors[0] - min(errors))
            found[name][f"{part}_images"] = images // EPOCHS * int(np.argmax(done >= 0.95))
            found[name][f"{part}_last_gain"] = of_error(errors[-1], errors[len(errors) // 2])
    return found


def network_errors(network):
    """Measure the squared error over whole validation cars, and over their holes."""
    task = protocol.validation()
    drawn = filling.predict(network, np.concatenate([task.incomplete, task.location_map], axis=-1))
    squares = np.square(drawn - task.images)
    missing = np.broadcast_to(task.location_map == 0, squares.shape)
    return float(squares.mean()), float(squares[missing].mean())


def of_error(error, other=None):
    """Write an error in decibels, or the gain over another error."""
    found = measuring.psnr(error) - (0 if other is None else measuring.psnr(other))
    return measuring.Quantity(float(found), "dB")


def filters(images, seeds):
    """Compare filters of several sides, after equal numbers of images."""

    def train(side, seed):
        def widen(layer):
            config = layer.get_config()
            if isinstance(layer, layers.Conv2D):
                config["kernel_size"] = (side, side)
            return type(layer).from_config(config)

        network = AtTheHole(keras.models.clone_model(networks.direct_cnn(), clone_function=widen))
        rate = training.warm_up_and_cosine(3e-3, images // BATCH_SIZE)
        network.compile(optimizer=training.ConvolutionMuon(rate), loss=training.hole_loss())
        return network, fit(network, images, seed)

    return compared({f"side_{side}": side for side in SIDES}, "side_5", train, seeds)[0]


def normalisation(images, seeds):
    """Compare the autoencoder with and without batch normalisation, each at its best rate."""

    def train(kind, seed):
        normalised, rate = kind
        network = networks.autoencoder()
        if not normalised:  # it is a chain, so a layer can be left out
            norm = layers.BatchNormalization
            chain = [layer for layer in network.layers if not isinstance(layer, norm)]
            network = keras.Sequential(chain, name=network.name)
        network.compile(optimizer=keras.optimizers.Adam(rate), loss=training.hole_loss())
        return network, fit(network, images, seed)

    kinds = {
        f"{name}_{number}": (normalised, rate)
        for name, normalised in (("with", True), ("without", False))
        for number, rate in enumerate(RATES)
    }
    found, curves = compared(kinds, "without_0", train, seeds)
    best = {
        name: max(
            (kind for kind in kinds if kind.startswith(f"{name}_")),
            key=lambda kind: found[kind]["psnr"].value,
        )
        for name in ("with", "without")
    }
    found |= {name: {"rate": kinds[kind][1]} | found[kind] for name, kind in best.items()}
    # After how many images is the network with normalisation as good as the other ever is?
    there = curves[best["with"]] >= curves[best["without"]].max()
    needed = images // EPOCHS * (int(np.argmax(there)) + 1) if there.any() else "more than all"
    return found | {"images_needed": needed}


@keras.saving.register_keras_serializable(package="thesis_claims")
class FewLatents(networks.PrintedCVAE):
    """The network as printed, its latent cut down to the first numbers; the decoder is unchanged.

    Parameters
    ----------
    count : int
        Numbers of the latent; the others are zero.
    **kwargs
        See `inpainting_guide.networks.cvae.PrintedCVAE`.
    """

    def __init__(self, count, **kwargs):
        super().__init__(**kwargs)
        self.count = count
        self.kept = np.float32(np.arange(1_024) < count)

    def latent(self, inputs, training):
        """Return mean and log variance, both 0 beyond the first numbers, and the map."""
        mean, log_variance, location_map = super().latent(inputs, training)
        return mean * self.kept, log_variance * self.kept, location_map

    def decode(self, z, features, training):
        """Decode the first numbers of a latent."""
        return super().decode(z * self.kept, features, training)

    def get_config(self):
        """Return what ``from_config`` needs."""
        return super().get_config() | {"count": self.count}


def latents(images, seeds):
    """Compare latents of fewer numbers."""

    def train(count, seed):
        network = FewLatents(count, name=f"cvae_as_printed_{count}")
        rate = training.warm_up_and_cosine(3e-3, images // BATCH_SIZE)
        dense = {"exclude_layers": ["mean", "log_variance"], "adam_lr_ratio": 0.3}
        network.compile(optimizer=training.ConvolutionMuon(rate, **dense))
        return network, fit(network, images, seed)

    kinds = {f"latent_{count}": count for count in LATENTS}
    found, _ = compared(kinds, "latent_1024", train, seeds)
    for count in LATENTS:
        lacking = 2 * 1_025 * (1_024 - count)  # weights of the heads that nothing reads
        found[f"latent_{count}"]["parameters"] = FewLatents(count).count_params() - lacking
    return found


def fit(network, images, seed, **settings):
    """Train a compiled network on fresh holes, looking at the validation cars on the way."""
    usual = {"batch_size": BATCH_SIZE, "epochs": EPOCHS, "validation": protocol.validation()}
    return training.fit(network, cars.load().train, budget=images, seed=seed, **usual | settings)


def compared(kinds, base, train, seeds):
    """Train every kind with every seed; compare with one of them, car by car.

    Also returned are the curves on the validation cars, in decibels, in the mean over seeds.
    """
    task, rows, found = protocol.validation(), {kind: [] for kind in kinds}, {}
    scores, curves = {kind: [] for kind in kinds}, {kind: [] for kind in kinds}
    for seed in range(seeds):
        for kind, setting in kinds.items():
            keras.utils.set_random_seed(seed)
            network, trained = train(setting, seed)
            score = measuring.measure(filling.by(network), task)
            history = trained["history"]
            errors = history.get("val_squared_error") or history["val_loss"]
            scores[kind].append(score)
            curves[kind].append([float(measuring.psnr(error)) for error in errors])
            rows[kind].append({"psnr": score.summary()["psnr_of_mean"]})
            print(f"{kind}, seed {seed}: {rows[kind][-1]['psnr']} dB", flush=True)
    for kind, of_seeds in rows.items():
        found[kind] = over_seeds(of_seeds) | lead("gain", scores[kind], scores[base])
    return found, {kind: np.mean(of_seeds, axis=0) for kind, of_seeds in curves.items()}


if __name__ == "__main__":
    main()
