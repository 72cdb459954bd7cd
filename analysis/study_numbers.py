"""What a sweep over beliefs, whiplash and the floor says of cooperation: every number of its page, with an interval."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from abm.ending import ENDS
from abm.errors import BadInput
from experiments.views import Views

from .axes import FLOOR
from .crossed import crossed, share, table
from .sensitivity import Found, of_sweep
from .statistics import LEVEL, Estimate
from .study_store import ASKED

WHIPLASH = "whiplash"
SLICES = 4  # of whiplash, of equally many points
RESAMPLES, SEED = 2000, 20_260_206
APART = 2.0  # of whiplash: from none to this
SHARES = ("stands", "works")


@dataclass(frozen=True)
class Worth:
    """What whiplash and the floor do to an outcome where both act in straight lines, whatever the other axes are: by
    one unit of each; and how much higher the floor must be to make up for whiplash from none to 2. made_up is NaN
    where a higher floor does not surely raise the outcome, as then no floor does."""

    whiplash: Estimate
    floor: Estimate
    made_up: Estimate


@dataclass(frozen=True)
class Study:
    """The numbers of the page. first: the scenario without a coalition; other: the one with; cells: mean, low, high by
    whiplash (slices, by their middle), floor and outcome, of which `added` is what the coalition adds to the minerals
    that are de-concentrated; life: quartiles, in years; alone: minerals de-concentrated without a coalition."""

    first: str
    other: str
    points: int
    replicates: int
    minerals: int
    shares: dict[str, Estimate]
    life: tuple[float, float, float]
    longest: float
    ends: dict[str, Estimate]
    alone: Estimate
    together: Estimate
    added: Estimate
    cells: pd.DataFrame
    edges: list[float]
    floor: str
    worth: dict[str, Worth]
    moved_by: list[Found]


def study(views: Views) -> Study:
    """BadInput where the sweep is of another kind."""
    floors = [a["name"] or a["key"] for a in views.manifests[0]["design"]["axes"] if a["key"] == FLOOR]
    scenarios = list(views.manifests[0]["scenarios"])
    if len(scenarios) != 2 or not floors or WHIPLASH not in views.axes:
        raise BadInput("a sweep of another kind", key="RESULTS", value=views.manifests[0]["name"], allowed=ASKED)
    runs, floor = views.sql("select * from runs order by point, run"), floors[0]
    bare, own = (runs[runs["scenario"] == name].copy() for name in scenarios)
    if bare[floor].notna().any() or not own["stands"].notna().any():
        raise BadInput("a sweep of another kind", key="RESULTS", value=views.manifests[0]["name"], allowed=ASKED)
    shared = [axis for axis in views.axes if axis != floor]
    pairs = own.merge(bare[[*shared, "run", "deconcentrated"]], on=[*shared, "run"], suffixes=("", "_alone"))
    own = pairs.assign(added=pairs["deconcentrated"] - pairs["deconcentrated_alone"])
    edges = np.quantile(own.drop_duplicates("point")[WHIPLASH], np.linspace(0.0, 1.0, SLICES + 1))
    own["slice"] = np.clip(np.searchsorted(edges, own[WHIPLASH], side="right") - 1, 0, SLICES - 1)
    return Study(
        first=scenarios[0], other=scenarios[1], points=own["point"].nunique(), replicates=own["run"].nunique(),
        minerals=views.manifests[0]["judged"],
        shares={name: share(table(own, name).to_numpy(float)) for name in SHARES},
        life=tuple(np.quantile(own["life_years"], (0.25, 0.5, 0.75)).tolist()), longest=float(own["life_years"].max()),
        ends={end: share(table(own, f"ends_by_{end}").to_numpy(float)) for end in ENDS},
        alone=_mean(own, "deconcentrated_alone"), together=_mean(own, "deconcentrated"), added=_mean(own, "added"),
        cells=_cells(own, floor), edges=edges.tolist(), floor=floor,
        worth={name: _worth(own, name, views.axes, floor) for name in (*SHARES, "added")},
        moved_by=of_sweep(views, scenarios[1]),
    )  # fmt: skip


def _mean(own: pd.DataFrame, name: str) -> Estimate:
    return crossed(table(own, name).to_numpy(float))


def _cells(own: pd.DataFrame, floor: str) -> pd.DataFrame:
    """As the view `points`, a row a cell and outcome."""
    middle = own.drop_duplicates("point").groupby("slice")[WHIPLASH].mean()
    rows = []
    for (part, height), cell in own.groupby(["slice", floor]):
        for name in (*SHARES, "added"):
            values = table(cell, name).to_numpy(float)
            e = share(values) if name in SHARES else crossed(values)
            rows.append((round(float(middle[part]), 2), float(height), name, len(values), e.value, e.low, e.high))
    return pd.DataFrame(rows, columns=[WHIPLASH, floor, "outcome", "points", "mean", "low", "high"])


def _worth(own: pd.DataFrame, name: str, axes: list[str], floor: str) -> Worth:
    """Least squares over points on all axes, with intervals by resampling points: the luck that points share moves no
    difference between them."""
    points = own.groupby("point")[[*axes, name]].mean()
    x = np.column_stack([np.ones(len(points)), points[axes].to_numpy(float)])
    size = np.abs(x).max(axis=0)
    x, y = x / size, points[name].to_numpy(float)
    at, lift = 1 + axes.index(WHIPLASH), 1 + axes.index(floor)
    generator = np.random.default_rng(SEED)
    chosen = (generator.integers(0, len(y), len(y)) for _ in range(RESAMPLES))
    slopes = np.array([_slopes(x, y), *(_slopes(x[rows], y[rows]) for rows in chosen)])
    slopes = slopes[:, [at, lift]] / size[[at, lift]]
    made_up = -APART * slopes[:, 0] / np.where(slopes[:, 1] > 0.0, slopes[:, 1], np.nan)
    whip, high = (_estimate(column) for column in slopes.T)
    return Worth(whip, high, _estimate(made_up) if high.low > 0.0 else Estimate(np.nan, np.nan, np.nan))


def _slopes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(x, y, rcond=None)[0]


def _estimate(values: np.ndarray) -> Estimate:
    """The first, with the quantiles of the others."""
    low, high = np.nanquantile(values[1:], [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Estimate(float(values[0]), float(low), float(high))
