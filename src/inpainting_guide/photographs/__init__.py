"""Photographs of any size: reading them and their masks, and filling their holes.

It may import: common, data, networks, training, filling.
"""
