"""Designs of experiments over the model, and the runner that carries them out."""

MOST_RUNS, LARGEST_SEED = 10**6, 2**32 - 1  # of a user's request
MOST_WORKERS = 1024
