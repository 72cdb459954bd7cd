"""What a sweep over beliefs, whiplash and the floor says of cooperation: every number of its page, with an interval."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from abm.ending import ENDS
from abm.errors import BadInput
from experiments.views import Views

from .axes import FLOOR
from .crossed import among, apart, crossed, share, table
from .sensitivity import Found, of_sweep
from .statistics import Estimate
from .study_store import ASKED

WHIPLASH = "whiplash"
QUARTERS = 4  # slices of whiplash of the map, of equally many points
BOUNDS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.25, 2.0, 3.0, np.inf)  # of whiplash over all floors: finer where more happens
OBSERVED = 1.0  # whiplash at which policy is reversed as often as on record
NEAR = 0.25  # of a floor of 1, the whole incentive gap
SHARES = ("stands", "works")
OUTCOMES = (*SHARES, "added", "provoked")


@dataclass(frozen=True)
class Slice:
    """Points whose whiplash lies between low and high, and means of outcomes over them."""

    low: float
    high: float
    points: int
    of: dict[str, Estimate]


@dataclass(frozen=True)
class Floors:
    """What a higher floor does to minerals added: all floors but the lowest, less the lowest; and, of those above the
    lowest, the higher half less the lower half. Floors are shares of the incentive gap."""

    lowest: float
    second: float
    above: Estimate
    halves: tuple[list[float], list[float]]
    higher: Estimate


@dataclass(frozen=True)
class Study:
    """The numbers of the page. first: the scenario without a coalition; other: the one with; cells: mean, low, high by
    whiplash (slices, by their middle), floor and outcome. Of outcomes, `added` is what the coalition adds to the
    minerals that are de-concentrated, and `provoked` to the months, summed over minerals, in which exports are
    controlled against all buyers; both history by history under the same luck. life: quartiles, in years; alone,
    controls: minerals de-concentrated and such months without a coalition; near: the observed whiplash and a floor near
    1; calm: share of histories in which the coalition provokes no more controls; quietly, loudly: what it adds in those
    and in the others; parted: stands and added, at the most whiplash less at the least; table_hash: of the table
    read."""

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
    controls: Estimate
    provoked: Estimate
    calm: Estimate
    quietly: Estimate
    loudly: Estimate
    cells: pd.DataFrame
    edges: list[float]
    floor: str
    slices: list[Slice]
    observed: Slice
    near: Slice
    parted: dict[str, Estimate]
    floors: Floors
    moved_by: list[Found]
    table_hash: str


def study(views: Views) -> Study:
    """BadInput where the sweep is of another kind."""
    floors = [a["name"] or a["key"] for a in views.manifests[0]["design"]["axes"] if a["key"] == FLOOR]
    scenarios = list(views.manifests[0]["scenarios"])
    if len(scenarios) != 2 or not floors or WHIPLASH not in views.axes:
        raise BadInput("a sweep of another kind", key="RESULTS", value=views.manifests[0]["name"], allowed=ASKED)
    floor, own = floors[0], _paired(views, scenarios, floors[0])
    edges = np.quantile(own.drop_duplicates("point")[WHIPLASH], np.linspace(0.0, 1.0, QUARTERS + 1))
    own["quarter"] = np.clip(np.searchsorted(edges, own[WHIPLASH], side="right") - 1, 0, QUARTERS - 1)
    parts = [(part, own[own[WHIPLASH].between(*part, inclusive="left")]) for part in pairwise(BOUNDS)]
    slices = [_slice(part, rows) for part, rows in parts]
    at, record = next((part, rows) for part, rows in parts if part[0] <= OBSERVED < part[1])
    calm, added = _values(own, "provoked") <= 0.0, _values(own, "added")
    filled = [rows for _, rows in parts if len(rows)]
    return Study(
        first=scenarios[0], other=scenarios[1], points=own["point"].nunique(), replicates=own["run"].nunique(),
        minerals=views.manifests[0]["judged"],
        shares={name: _mean(own, name) for name in SHARES},
        life=tuple(np.quantile(own["life_years"], (0.25, 0.5, 0.75)).tolist()), longest=float(own["life_years"].max()),
        ends={end: share(_values(own, f"ends_by_{end}")) for end in ENDS},
        alone=_mean(own, "deconcentrated_alone"), together=_mean(own, "deconcentrated"), added=_mean(own, "added"),
        controls=_mean(own, "control_months_alone"), provoked=_mean(own, "provoked"),
        calm=share(calm.astype(float)), quietly=among(added, calm), loudly=among(added, ~calm),
        cells=_cells(own, floor), edges=edges.tolist(), floor=floor,
        slices=[one for one in slices if one.points], observed=_slice(at, record),
        near=_slice(at, record[(record[floor] - 1.0).abs() <= NEAR]),
        parted={name: apart(_values(filled[-1], name), _values(filled[0], name)) for name in ("stands", "added")},
        floors=_floors(own, floor), moved_by=of_sweep(views, scenarios[1]), table_hash=views.hash(),
    )  # fmt: skip


def _paired(views: Views, scenarios: list[str], floor: str) -> pd.DataFrame:
    """Histories with the coalition, each beside the one without it of the same luck and other inputs."""
    runs = views.sql("select * from runs order by point, run")
    bare, own = (runs[runs["scenario"] == name] for name in scenarios)
    if bare[floor].notna().any() or not own["stands"].notna().any() or own[floor].nunique() < 2:
        raise BadInput("a sweep of another kind", key="RESULTS", value=views.manifests[0]["name"], allowed=ASKED)
    shared = [*(axis for axis in views.axes if axis != floor), "run"]
    compared = bare[[*shared, "deconcentrated", "control_months"]]
    pairs = own.merge(compared, on=shared, suffixes=("", "_alone"))
    return pairs.assign(
        added=pairs["deconcentrated"] - pairs["deconcentrated_alone"],
        provoked=pairs["control_months"] - pairs["control_months_alone"],
    )


def _values(own: pd.DataFrame, name: str) -> np.ndarray:
    return table(own, name).to_numpy(float)


def _mean(own: pd.DataFrame, name: str) -> Estimate:
    return (share if name in SHARES else crossed)(_values(own, name))


def _slice(part: tuple[float, float], own: pd.DataFrame) -> Slice:
    """The last one ends where its points do."""
    high = part[1] if np.isfinite(part[1]) else float(np.ceil(own[WHIPLASH].max())) if len(own) else part[1]
    return Slice(part[0], high, own["point"].nunique(), {name: _mean(own, name) for name in OUTCOMES})


def _cells(own: pd.DataFrame, floor: str) -> pd.DataFrame:
    """As the view `points`, a row a cell and outcome."""
    middle = own.drop_duplicates("point").groupby("quarter")[WHIPLASH].mean()
    rows = []
    for (part, height), cell in own.groupby(["quarter", floor]):
        for name in (*SHARES, "added"):
            e, points = _mean(cell, name), len(table(cell, name))
            rows.append((round(float(middle[part]), 2), float(height), name, points, e.value, e.low, e.high))
    return pd.DataFrame(rows, columns=[WHIPLASH, floor, "outcome", "points", "mean", "low", "high"])


def _floors(own: pd.DataFrame, floor: str) -> Floors:
    lowest, *rest = sorted(own[floor].unique().tolist())
    halves = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    low, lower, higher = (_values(own[own[floor].isin(some)], "added") for some in ([lowest], *halves))
    above = _values(own[own[floor] > lowest], "added")
    return Floors(lowest, rest[0], apart(above, low), halves, apart(higher, lower))
