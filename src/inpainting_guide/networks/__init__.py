"""The networks: the thesis's as printed, and the mended ones.

It may import: common, data.
"""

import lazy_loader

# A name is looked for when it is used: TensorFlow takes seconds to start.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "at_the_hole": ["AtTheHole"],
        "autoencoders": ["autoencoder", "encoder", "patch_autoencoder"],
        "blind": ["Blind", "small_unet"],
        "blocks": ["contract", "convolve", "double", "expand"],
        "cvae": ["ConditionalVAE", "PrintedCVAE"],
        "direct": ["direct_cnn"],
        "discriminators": ["global_and_local", "printed_discriminator"],
        "flow": ["Flow"],
        "flow_in_one_step": ["FlowInOneStep"],
        "gan": ["InpaintingGAN", "PrintedGAN"],
        "generators": ["autoencoder_generator", "completion_network", "direct_generator"],
        "hybrids": ["Membrane", "hybrid_in_window"],
        "partial": ["GatedConv2D", "PartialConv2D", "irregular_unet"],
        "unets": ["unet", "unet_in_window", "without_latent"],
        "vae": ["VAE"],
    },
)
