"""What every room needs: checks of arguments, names, files, machine, console, clock.

It may import: nothing of this package.
"""

import lazy_loader

# A name is looked for when it is used: TensorFlow takes seconds to start.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "machine": ["quick", "use_precision"],
    },
)
