"""Designs of experiments over the model, and the runner that carries them out."""
