"""The command line: fill a photograph, list what can fill, score a network.

It may import: common, data, measuring, training, filling, photographs, pages.
"""
