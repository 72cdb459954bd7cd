"""Generalised RAS: flows that keep a pattern and meet margins, each as firmly as it is known."""

import numpy as np

MOST = 100_000  # sweeps
ENOUGH = 1e-14  # relative change of a factor


def ras(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, pull_r: np.ndarray, pull_c: np.ndarray) -> np.ndarray:
    """seed * r * c with r = (rows / seed c)^pull_r and c = (columns / seed' r)^pull_c, to 12 digits.

    A pull of 1 holds its margin exactly (classical RAS), 0 leaves it to the seed; between, the margin is an estimate
    with a Kullback-Leibler penalty. Twelve digits make the result the same on every machine.
    """
    r, c = np.ones_like(rows), np.ones_like(columns)
    for _ in range(MOST):
        before = c
        r = (rows / (seed @ c)) ** pull_r
        c = (columns / (seed.T @ r)) ** pull_c
        if np.abs(c / before - 1.0).max() < ENOUGH:
            break
    return np.array([[float(f"{x:.11e}") for x in row] for row in (seed * r[:, None] * c).tolist()])
