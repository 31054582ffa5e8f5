"""How good a fill is: quantities and units, distances from the photograph, and plausibility.

It may import: common, data.
"""

import lazy_loader

# A name is looked for when it is used: TensorFlow takes seconds to start.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "classifier": ["classifier_accuracies", "classifier_accuracy"],
        "finding": ["intersection_over_union"],
        "metrics": [
            "colour_error",
            "mean",
            "psnr",
            "psnr_of_mean",
            "squared_error",
            "squared_error_by_depth",
            "ssim",
        ],
        "plausibility": ["diversity", "seam_ratio", "sharpness_ratio", "sharpness_ratios"],
        "quantities": ["Quantity"],
        "scores": [
            "by_share",
            "compare",
            "measure",
            "right_and_real",
            "score",
            "smallest_gain",
        ],
        "wasserstein": ["distances", "sliced_wasserstein"],
    },
)
