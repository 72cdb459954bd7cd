"""Where the points of a design lie: values of all axes, [point][axis]."""

import itertools
import math
from typing import Any

import numpy as np

from .design import Axis, Design


def sample(design: Design) -> list[tuple[Any, ...]]:
    """Values of the axes at every point, in the order of the design."""
    match design.method:
        case "table":
            return list(design.rows)
        case "factorial":
            return list(itertools.product(*(axis.values for axis in design.axes)))
    return [
        tuple(_value(axis, share) for axis, share in zip(design.axes, row, strict=True))
        for row in _unit(design).tolist()
    ]


def _unit(design: Design) -> np.ndarray:
    """Points of the unit cube [point, axis]; the same for the same sampling seed."""
    from scipy.stats import qmc

    assert design.points is not None
    if design.method == "sobol":
        engine = qmc.Sobol(len(design.axes), scramble=design.scramble, rng=design.sampling_seed)
        return engine.random_base2(design.points.bit_length() - 1)
    cube = qmc.LatinHypercube(len(design.axes), scramble=design.scramble, rng=design.sampling_seed)
    return cube.random(design.points)


def _value(axis: Axis, share: float) -> Any:
    """What lies at a share of an axis; its values have equal shares."""
    if axis.values:
        return axis.values[min(int(share * len(axis.values)), len(axis.values) - 1)]
    assert axis.low is not None and axis.high is not None
    if axis.scale == "log":
        return axis.low * math.exp(share * math.log(axis.high / axis.low))
    return axis.low + share * (axis.high - axis.low)
