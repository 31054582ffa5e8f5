"""Training that is shown, can be interrupted, and is never done twice.

It may import: common, data, measuring, networks.
"""

import lazy_loader

# A name is looked for when it is used: TensorFlow takes seconds to start.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "budgets": ["cost", "images"],
        "fitting": ["fit"],
        "losses": ["GradientLoss", "PixelLoss", "WeightedSum"],
        "optimizers": ["ConvolutionMuon"],
        "perceptual": ["FeatureLoss", "SSIMLoss"],
        "recipes": ["hole_loss", "warm_up_and_cosine"],
    },
)
