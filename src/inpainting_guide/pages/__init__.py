"""What a page of the gallery shows: figures, tables, code; and the numbers that it hands on.

It may import: all rooms but commands, photographs and formulas.
"""

import lazy_loader

# A name is looked for when it is used: TensorFlow takes seconds to start.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "curves": [
            "hole_profile",
            "loss_terms",
            "psnr_comparison",
            "sorted_bars",
            "training_curve",
            "versus",
        ],
        "grids": ["heat_maps", "hole_profiles", "influence_maps"],
        "minutes": ["recorded_curve", "recorded_trainings", "time_and_quality"],
        "panels": ["measures"],
        "pairs": ["close_ups", "small_curves"],
        "publishing": ["publish", "publish_fills", "publish_pictures", "publish_table"],
        "ring": ["who_holds_what"],
        "sheets": ["COLUMNS", "before_and_after", "contact_sheet", "fill_sheet"],
        "showing": ["show_code", "show_table"],
        "tables": ["show_budgets", "show_distances", "show_scores"],
    },
)
