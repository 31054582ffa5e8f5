"""Teach the flow to answer in one step: with three seeds, and with one thing changed.

    python benchmarks/flow_students.py [--record]

The recipe is the page's. A seed decides the batches alone: the first weights are the teacher's, and
the noises the same. Beside three students by it, two begin with random weights in place of
their teacher's. One of these learns from photographs in place of its teacher's fills, told the same
noise: the control. All are measured on the test cars, as `flow_seeds` measures, beside their
teacher. The store must hold the flow.
"""

import argparse

import keras
from flow_seeds import COUNT, of_one, of_samples
from recording import over_seeds, record, show, use_own_store

from inpainting_guide import filling, measuring, networks, training
from inpainting_guide.common import machine
from inpainting_guide.data import cars, protocol
from inpainting_guide.training import store

IMAGES, BATCH_SIZE, EPOCHS, PEAK = 6_400, 32, 5, 3e-3
"""As on the page."""

SEEDS = (0, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    text = "write results/flow_students.json"
    parser.add_argument("--record", action="store_true", help=text)
    arguments = parser.parse_args()
    machine.use_precision()
    flow, taught_from = filling.load("flow"), store.newest("flow").stem
    use_own_store(f"flow_students/{taught_from}")
    trained = {"flow": flow}
    for seed in SEEDS:
        trained[f"seed_{seed}"] = taught(networks.FlowInOneStep, flow, seed)
    trained["photographs"] = taught(FromPhotographs, flow, random=True)
    trained["random"] = taught(networks.FlowInOneStep, flow, random=True)
    learnt_on = protocol.validation()
    half = learnt_on[: len(learnt_on.images) // 2]
    protocol.declare_final()
    task, results = protocol.test(), {"images": IMAGES, "count": COUNT}
    mean_error = measuring.measure(filling.by(flow.mean_network), task).squared_error.mean()
    for name, network in trained.items():
        samples = network.samples(task.incomplete, task.location_map, COUNT)
        results[name] = of_samples(samples, task, mean_error)
        results[name] |= of_one(network, task, half, learnt_on)
        show({name: results[name]})
    results["all"] = over_seeds([results[f"seed_{seed}"] for seed in SEEDS])
    if arguments.record:
        record("flow_students", results)


def taught(kind, teacher, seed=0, *, random=False):
    """Train one student."""
    keras.utils.set_random_seed(seed)
    student = kind.taught_by(teacher)
    if random:
        fresh = networks.Flow(teacher.mean_network, widths=teacher.widths)
        student.denoiser.set_weights(fresh.denoiser.get_weights())
    rate = training.warm_up_and_cosine(PEAK, IMAGES // BATCH_SIZE)
    student.compile(optimizer=training.ConvolutionMuon(rate))
    training.fit(
        student,
        cars.load().train,
        budget=IMAGES,
        batch_size=BATCH_SIZE,
        epochs=EPOCHS,
        validation=protocol.validation()[:100],
        seed=seed,
    )
    return student


@keras.saving.register_keras_serializable(package="inpainting_guide")
class FromPhotographs(networks.FlowInOneStep):
    """A student that is told the noise, and asked for what the photograph has in the hole."""

    def target(self, inputs, image, window, mean, noise):
        """Give what the photograph has in the hole, which no noise decides."""
        return (self.patch(image, inputs) - mean) / self.scale


if __name__ == "__main__":
    main()
