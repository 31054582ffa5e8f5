"""What fills a hole: classical methods and networks, under one signature.

It may import: common, data, networks, training.
"""

import lazy_loader

# A name is looked for when it is used: TensorFlow takes seconds to start.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "by_network": ["by", "fill", "predict"],
        "classical": [
            "biharmonic",
            "blend",
            "harmonic",
            "mean_colour",
            "navier_stokes",
            "nearest_car",
            "telea",
        ],
        "finding": ["in_two_steps", "likely_known", "likely_square"],
        "methods": ["CLASSICAL", "METHODS", "load", "require"],
    },
)
