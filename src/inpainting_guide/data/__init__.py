"""The cars, their holes, the protocol, and batches to train on.

It may import: common.
"""
