"""The chapters' formulas in NumPy, without Keras.

It may import: common.
"""
