"""What is kept of a run: monthly series with named axes, the same from both drivers."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .agents import Buyer, Refiner, State
from .books import VARIED
from .instruments import PRICE_FLOOR
from .markets import totals
from .rules import markets as pricing
from .rules import operations, projects
from .start import Start

MINE, REFINE = 0, 1
DIMENSIONS: Mapping[str, tuple[str, ...]] = {  # every series ends in the run axis
    "cohesion": ("month",),
    "bite": ("month",),
    "led": ("month",),
    "cohesion_if": ("month", "case"),
    "members": ("month",),
    "member_share": ("month",),
    "compliance": ("month",),
    "tension": ("month",),
    "retaliation": ("month",),
    "controlled": ("month", "mineral"),
    "flooded": ("month", "mineral"),
    "bite_by_mineral": ("month", "mineral"),
    "price_paid": ("month", "mineral"),
    "price_inside": ("month", "mineral"),
    "list_home": ("month", "mineral"),
    "list_abroad": ("month", "mineral"),
    "floor": ("month", "mineral"),
    "levy": ("month", "mineral"),
    "rent": ("month", "mineral"),
    "trusted_premium": ("month", "mineral"),
    "believed_hazard": ("month",),
    "support": ("month", "instrument"),
    "called": ("month",),
    "stranded": ("month",),
    "funded": ("month",),
    "signed": ("month",),
    "stalled": ("month",),
    "outages": ("month",),
    "sanctioned": ("month", "mineral"),
    "building": ("month", "mineral"),
    "online": ("month", "mineral"),
    "idle": ("month", "mineral"),
    "closed": ("month", "mineral"),
    "consumption": ("month", "mineral"),
    "shortage": ("month", "mineral"),
    "reserve": ("month", "mineral"),
    "hhi": ("month", "stage", "mineral"),
    "security_share": ("month", "stage", "mineral"),
    "world_output": ("month", "stage", "mineral"),
    "output": ("year", "stage", "mineral", "state"),
}
UNITS: Mapping[str, str] = {
    "cohesion": "1", "bite": "1", "led": "1", "cohesion_if": "1", "members": "1",
    "member_share": "1", "compliance": "1", "tension": "index", "retaliation": "USD/month", "controlled": "1",
    "flooded": "1", "bite_by_mineral": "1", "price_paid": "USD/t", "price_inside": "USD/t",
    "list_home": "USD/t", "list_abroad": "USD/t", "floor": "USD/t", "levy": "USD/month", "rent": "USD/month",
    "trusted_premium": "USD/month", "believed_hazard": "1/year", "support": "USD/month", "called": "USD/month",
    "stranded": "USD/month", "funded": "1", "signed": "1", "stalled": "1", "outages": "1", "sanctioned": "t/month",
    "building": "t/month", "online": "t/month", "idle": "t/month", "closed": "t/month",
    "consumption": "t/month", "shortage": "t/month", "reserve": "t", "hhi": "1", "security_share": "1",
    "world_output": "t/month", "output": "t/year",
}  # fmt: skip


class Record:
    """Series of `months` months of `runs` histories. `take` after every step, `failed` when done."""

    def __init__(self, start: Start, runs: int):
        self.start, self.runs, self.months = start, runs, start.scenario.months
        sizes = {
            "month": self.months, "year": -(-self.months // 12), "stage": 2, "mineral": len(start.minerals),
            "state": len(start.states), "instrument": len(start.instruments),
            "case": len(start.world["cohesion_if"]),
        }  # fmt: skip
        self.series = {n: np.zeros((*(sizes[d] for d in dims), runs)) for n, dims in DIMENSIONS.items()}
        self.unsolved = np.zeros(runs)
        self.undecided = np.zeros(runs, dtype=bool)
        self.drawn: dict[str, np.ndarray] = {}  # parameters that every history draws for itself

    def __getattr__(self, name: str) -> np.ndarray:
        series = self.__dict__.get("series", {})
        if name not in series:
            raise AttributeError(name)
        return series[name]

    def take(self, w: Any) -> None:
        """Writes down the month that the books `w` have just ended."""
        t, b, f, s = w.month - 1, w[Buyer], w[Refiner], w[State]
        like = w.use_share[:, :1]
        bare, none, one = np.zeros_like(b.mineral), w.spread(0.0), w.spread(1.0)
        beyond = w.refiner_outside[:, None]

        def outside(values: np.ndarray) -> np.ndarray:
            """By mineral, outside the dominant state of each."""
            return totals.by_place(values * beyond, f.mineral, np.zeros_like(f.mineral), like)[:, 0]

        now = {
            "cohesion": w.cohesion, "bite": w.bite, "led": w.led_mean, "cohesion_if": w.cohesion_if,
            "members": w.members, "member_share": w.member_share, "compliance": w.mean_compliance,
            "tension": totals.total_of_products(s.tension, s.faced), "retaliation": totals.total(s.suffers),
            "controlled": w.rung_all[REFINE], "flooded": w.flooded[REFINE],
            "bite_by_mineral": w.bite_by_mineral,
            "price_paid": totals.mean_price(w.paid[REFINE], w.received[REFINE], w.foreign[REFINE]),
            "price_inside": w.inside, "list_home": w.ask_home, "list_abroad": w.listed,
            "floor": w.floor * w.begun[PRICE_FLOOR], "levy": totals.total(w.levy), "rent": totals.total(w.rent),
            "trusted_premium": totals.total(w.trusted_premium),
            "believed_hazard": pricing.ratio(
                totals.total_of_products(s.believed_hazard, 1.0 - s.untrusted), totals.total(1.0 - s.untrusted)
            ),
            "support": w.support_paid, "called": totals.total(f.called), "stranded": totals.total(f.stranded * beyond),
            "funded": w.funded, "signed": w.signed, "stalled": totals.total(f.stalled),
            "outages": totals.total(operations.out(f.outage)),
            "sanctioned": outside(projects.under_way(f.phase, f.module, none)),
            "building": outside(projects.under_way(f.phase, f.module, one)),
            "online": outside(operations.working(f.capacity, f.idle) * projects.newcomer(f.qualified)),
            "idle": outside(f.idle * f.capacity),
            "closed": outside(f.closing),
            "consumption": totals.by_place(b.consumed, b.mineral, bare, like)[:, 0],
            "shortage": totals.by_place(b.short, b.mineral, bare, like)[:, 0],
            "reserve": totals.by_place(b.reserve, b.mineral, bare, like)[:, 0],
            "hhi": w.hhi, "security_share": w.dominant_share, "world_output": totals.total(w.output),
        }  # fmt: skip
        for name, value in now.items():
            self.series[name][t] = value
        self.series["output"][t // 12] += w.output
        self.drawn = {name: getattr(w, name).copy() for name in VARIED}
        unsolved = np.min(np.min(w.evaluations, axis=0), axis=0) < 0.0
        self.unsolved = np.where(unsolved, 1.0, self.unsolved)
        self.undecided |= ~np.isfinite(s.willing + s.payoff).all(axis=0)  # a choice by NaN would be a no

    def of(self, start: Start, lanes: np.ndarray) -> "Record":
        """The record of some runs, as of their own start, where runs of several starts went in lockstep."""
        part = Record.__new__(Record)
        part.start, part.runs, part.months = start, len(lanes), self.months
        part.series = {name: np.take(values, lanes, axis=-1) for name, values in self.series.items()}
        part.unsolved, part.undecided = self.unsolved[lanes], self.undecided[lanes]
        part.drawn = {name: values[lanes] for name, values in self.drawn.items()}
        return part

    @property
    def failed(self) -> np.ndarray:
        """Runs whose market did not clear in some month, or that hold a number that is none: bool [run]."""
        bad = (self.unsolved > 0.0) | self.undecided
        for values in self.series.values():
            bad = bad | ~np.isfinite(values).reshape(-1, self.runs).all(axis=0)
        return bad

    def share(self, stage: int) -> np.ndarray:
        """Yearly shares of output by state: [year, mineral, state, run]."""
        output = self.series["output"][:, stage]
        whole = totals.total(output)
        with np.errstate(all="ignore"):
            return pricing.ratio(output, np.broadcast_to(whole[:, :, None], output.shape))

    def dataset(self, seeds: Any) -> Any:
        """The record as an xarray Dataset with named axes (run, month, year, stage, mineral, state)."""
        import xarray

        first = np.datetime64(self.start.scenario.start, "M")
        coordinates = {
            "run": np.asarray(seeds), "month": first + np.arange(self.months), "stage": ["mine", "refine"],
            "year": first.astype("datetime64[Y]").astype(int) + 1970 + np.arange(-(-self.months // 12)),
            "mineral": self.start.minerals, "state": self.start.states, "instrument": list(self.start.instruments),
            "case": np.arange(len(self.start.world["cohesion_if"])),
        }  # fmt: skip
        variables = {n: ((*DIMENSIONS[n], "run"), v, {"unit": UNITS[n]}) for n, v in self.series.items()}
        return xarray.Dataset(variables, coordinates)
