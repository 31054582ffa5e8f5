"""The command line: fill a photograph, list what can fill, score a network, run an entry.

It may import: all rooms but formulas.
"""
