"""Where the points of a design lie: values of all axes, [point][axis]."""

import itertools
import math
from typing import Any

import numpy as np

from abm.errors import BadInput

from .design import Axis, Design

LEVELS = 4  # of Morris's method unless the design says how many
EXTRA = "pip install 'mineralclub[analysis]'"


def sample(design: Design) -> list[tuple[Any, ...]]:
    """Values of the axes at every point, in the order of the design. Methods of sensitivity analysis may name a point
    more than once."""
    match design.method:
        case "table":
            return list(design.rows)
        case "factorial":
            return list(itertools.product(*(axis.values for axis in design.axes)))
    return [
        tuple(_value(axis, share) for axis, share in zip(design.axes, row, strict=True))
        for row in unit(design).tolist()
    ]


def unit(design: Design) -> np.ndarray:
    """Points of the unit cube [point, axis] of a design with a sample; the same for the same sampling seed."""
    if design.method == "morris":
        sampler, levels = _salib("morris"), design.levels or LEVELS
        rows = sampler.sample(problem(design), design.trajectories, num_levels=levels, seed=design.sampling_seed)
        return np.rint(rows * (levels - 1)) / (levels - 1)  # a level is one number, whichever step led to it
    if design.method == "saltelli":
        second = bool(design.second_order)
        return _salib("sobol").sample(
            problem(design), design.base, calc_second_order=second, scramble=design.scramble, seed=design.sampling_seed
        )
    from scipy.stats import qmc

    assert design.points is not None
    if design.method == "sobol":
        engine = qmc.Sobol(len(design.axes), scramble=design.scramble, rng=design.sampling_seed)
        return engine.random_base2(design.points.bit_length() - 1)
    cube = qmc.LatinHypercube(len(design.axes), scramble=design.scramble, rng=design.sampling_seed)
    return cube.random(design.points)


def problem(design: Design) -> dict[str, Any]:
    """The axes as SALib wants them: each from 0 to 1, of what `sample` makes values."""
    names = [axis.column for axis in design.axes]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def _salib(method: str) -> Any:
    """SALib's sampler; BadInput names the extra where it is missing."""
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        allowed = f"a method without SALib, or the extra: {EXTRA}"
        raise BadInput("SALib is not installed", key="method", value=method, allowed=allowed) from None
    return morris if method == "morris" else sobol


def _value(axis: Axis, share: float) -> Any:
    """What lies at a share of an axis; its values have equal shares."""
    if axis.values:
        return axis.values[min(int(share * len(axis.values)), len(axis.values) - 1)]
    assert axis.low is not None and axis.high is not None
    if axis.scale == "log":
        return axis.low * math.exp(share * math.log(axis.high / axis.low))
    return axis.low + share * (axis.high - axis.low)
