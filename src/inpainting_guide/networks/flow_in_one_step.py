"""A flow that goes from noise to a fill in one step, as another flow has taught it."""

import keras
from keras import ops

from inpainting_guide.networks import flow


@keras.saving.register_keras_serializable(package="inpainting_guide")
class FlowInOneStep(flow.Flow):
    """A flow that learns where another one, its teacher, arrives in several steps.

    The teacher carries every noise to one residual. Whoever is told the noise has a single right
    answer to learn, so that the squared error leads to that answer and not to a blur. At the angle
    0 the velocity is the residual: one step of `Flow.path` leads there.

    To be trained, it must be made by `taught_by`. To fill holes it needs no teacher, and none is
    saved.

    Parameters
    ----------
    mean_network : keras.Model
        As for `Flow`.
    teacher_steps : int, optional
        How many steps the teacher takes.
    **kwargs
        See `Flow`. (The loss weighs all pixels alike: there is no use for ``rim``.)

    Notes
    -----
    E. Luhman and T. Luhman, *Knowledge distillation in iterative generative models for improved
    sampling speed*, 2021.
    """

    def __init__(self, mean_network, teacher_steps=None, **kwargs):
        super().__init__(mean_network, **({"name": "flow_in_one_step", "steps": 1} | kwargs))
        self.teacher_steps, self.teacher = teacher_steps, None

    @classmethod
    def taught_by(cls, teacher):
        """Make one that is ready to learn: with the settings and the weights of its teacher.

        Parameters
        ----------
        teacher : Flow
            Trained.

        Returns
        -------
        FlowInOneStep
        """
        names = "widths", "window", "hole", "scale", "spread", "temperature"
        settings = {name: getattr(teacher, name) for name in names}
        student = cls(teacher.mean_network, teacher.steps, **settings)
        student.denoiser.set_weights(teacher.denoiser.get_weights())
        student.teacher = lambda: teacher  # a function, so that Keras saves no network with it
        return student

    @property
    def loss_in_words(self):
        """What the network descends on, in a few words: for tables."""
        return "squared error of its teacher's residual"

    def target(self, inputs, image, window, mean, noise):
        """Tell where the teacher arrives from some noise.

        Parameters
        ----------
        inputs, image
            As for `Flow.error`. This target asks for neither; that of a subclass may.
        window, mean : tensor of float32
            From `Flow.condition`.
        noise : tensor of float32, shape (n, hole, hole, 3)

        Returns
        -------
        tensor of float32, shape (n, hole, hole, 3)

        Raises
        ------
        ValueError
            If it has no teacher, or one that takes another number of steps by now.
        """
        if self.teacher is None:
            raise ValueError(
                f"{self.name} has no teacher to learn from: make it by "
                "FlowInOneStep.taught_by(flow) before it is trained."
            )
        teacher = self.teacher()
        if teacher.steps != self.teacher_steps:
            raise ValueError(
                f"the teacher of {self.name} takes {teacher.steps} steps, and took "
                f"{self.teacher_steps} when it was asked to teach: make the student anew."
            )
        *_, (arrived, _) = teacher.path(window, mean, noise)
        return ops.stop_gradient(arrived)

    def error(self, inputs, image, noises, training):
        """Measure how far one step ends from where the teacher arrives from the same noise.

        Parameters
        ----------
        inputs, image, noises, training
            As for `Flow.error`. Of the photographs it sees what is known, and nothing else.

        Returns
        -------
        tensor of float32, shape ()
        """
        window, mean = self.condition(inputs)
        noise = keras.random.normal(ops.shape(mean), stddev=self.spread, seed=noises[0])
        angle = ops.zeros_like(noise[:, 0, 0, :1])
        predicted = self.denoiser([window, mean, noise, angle], training=training)
        target = self.target(inputs, image, window, mean, noise)
        return ops.mean(ops.square(predicted - target))

    def get_config(self):
        """Return what ``from_config`` needs."""
        return super().get_config() | {"teacher_steps": self.teacher_steps}
