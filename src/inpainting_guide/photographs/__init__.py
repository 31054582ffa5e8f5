"""Photographs of any size, and the command that fills them.

It may import: common, data, networks, training, filling.
"""
