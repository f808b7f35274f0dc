"""A run's config as a script of its own, which trains the same GAN with Keras: one template for each part."""
