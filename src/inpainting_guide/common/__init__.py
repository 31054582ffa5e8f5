"""What every room needs: checks of arguments, names, files, machine, console, clock.

It may import: nothing of this package.
"""
