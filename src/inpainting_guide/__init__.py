"""Fill holes in images with small Keras networks: the code behind an executable tutorial.

One convention everywhere: images are float32 in [0, 1], shape (n, height, width, 3); a location
map is float32, shape (n, height, width, 1), 1 where the image is known and 0 where it is
missing; a network maps the incomplete image and its map, joined to four channels, to an image.
"""
