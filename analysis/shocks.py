"""Two shocks that were measured elsewhere, run as they are: a year without the dominant state's exports, and the
gallium licence of August 2023. Nothing is tuned to them. `python -m analysis.shocks` prints both."""

from typing import NamedTuple

import numpy as np

from abm.agents import Buyer, Refiner
from abm.ensemble import Ensemble
from abm.record import REFINE, Record
from abm.scenario import Scenario
from abm.start import Start, sources, start_of
from experiments.printing import show

# USGS Open-File Report 2024-1057: rise of the price after a year of a total Chinese export ban.
LITERATURE = {"gallium": 1.50, "germanium": 0.26}
LICENCE = "2023-08"
TARGET = ("gallium_germanium", "outside_inside_ratio_Ga_2.5_months")  # in targets.csv: mid-October 2023
MONTHS_AFTER = 2  # of the licence's first month: October
SWITCHES = {
    "scrap": "recyclers present: yes; output answers price: yes",
    "stocks": "yes, {cover:g} months of use at the start",
    "leak": "none of the total ban; of the licence as R8 says",
    "new plants": "dated pipeline only; incumbents grow with utilisation",
}


class Outside(NamedTuple):
    """What the rest of the world sees, month by month: USD/t, t/month; stock in t."""

    paid: np.ndarray
    listed: np.ndarray  # by the dominant state abroad; NaN while it sells nothing there
    use: np.ndarray
    stock: np.ndarray
    dominant: np.ndarray  # bought from the dominant state
    others: np.ndarray  # bought from all others
    scrap: np.ndarray  # recycled by the others


def start_with(
    mineral: str, begin: str, end: str, *acts: dict, parameters: dict[str, float] | None = None
) -> Start:
    """A world of one mineral with these control acts and nothing else."""
    form = {
        "name": f"{mineral} shock", "minerals": [mineral], "start": begin, "end": end, "recorded_controls": False,
        "control_acts": list(acts), "adversary": False, "vary": False, "parameters": parameters or {},
    }  # fmt: skip
    return start_of(Scenario.read(form))


def act(mineral: str, rung: str, begin: str, **more: object) -> dict:
    """An act of the state that dominates the refined market, against all."""
    exporter = sources().base.markets[mineral, "refine"].dominant
    return {"exporter": exporter, "mineral": mineral, "rung": rung, "begin": begin} | more


def outside(start: Start) -> Outside:
    """Runs a world of one mineral. RuntimeError if a market does not clear."""
    world, record = Ensemble(start, [1]), Record(start, 1)
    source, origins = int(world.source[REFINE, 0]), int(world.origins[REFINE, 0])
    recycles = np.array([name == "Recycler" for name in start.columns["Refiner"]["class"]])
    months = []
    for _ in range(start.scenario.months):
        world.step()
        record.take(world)
        buyers, firms = world[Buyer], world[Refiner]
        abroad = world.foreign[REFINE, 0, buyers.node]
        tons = world.delivered[REFINE, 0, :, :, 0] @ world.foreign[REFINE, 0]
        bought = tons[source] + tons[origins:].sum()
        scrap = (firms.output[:, 0] * recycles * (firms.node != source)).sum()
        used, stock = buyers.consumed[:, 0] @ abroad, buyers.stock[:, 0] @ abroad
        months.append((used, stock, bought, tons.sum() - bought, scrap))
    if record.failed.any():
        raise RuntimeError(f"the market of {start.minerals[0]} did not clear")
    use, stock, dominant, others, scrap = np.array(months).T
    listed = np.where(dominant > 0.0, record.list_abroad[:, 0, 0], np.nan)
    return Outside(record.price_paid[:, 0, 0], listed, use, stock, dominant, others, scrap)


def year_without_exports(mineral: str) -> tuple[Outside, Outside]:
    """A year of a ban that lets nothing through, and the same year without it."""
    ban = act(mineral, "ban", "2025-01", share=0.0, end="2026-01")
    tight = {"leak_capacity_global": 0.0, "leak_capacity_buyer_ban": 0.0}
    starts = start_with(mineral, "2025-01", "2025-12", ban, parameters=tight), start_with(mineral, "2025-01", "2025-12")
    return outside(starts[0]), outside(starts[1])


def licence_of_2023() -> np.ndarray:
    """Gallium's list price abroad over that at home, by month of 2023 and 2024."""
    start = start_with("gallium", "2023-01", "2024-12", act("gallium", "licensing", LICENCE))
    record = Ensemble(start, [1]).run()
    if record.failed.any():
        raise RuntimeError("the market of gallium did not clear")
    return (record.list_abroad / record.list_home)[:, 0, 0]


def change(shocked: np.ndarray, calm: np.ndarray) -> tuple[float, float]:
    """Relative change in the last month and on average."""
    return float(shocked[-1] / calm[-1] - 1.0), float(shocked.mean() / calm.mean() - 1.0)


def static_text(mineral: str) -> str:
    """The year without exports as a table."""
    shock, calm = year_without_exports(mineral)
    dominant = sources().base.markets[mineral, "refine"].dominant
    cover = sources().parameters.value("cover_normal")
    lines = [f"{mineral}: a year without exports of {dominant}, as all others see it; calm: the same year without it"]
    lines.append(f"  {'price':26}{'month 12':>12}{'mean of year':>14}{'literature':>12}")
    for name, what in (("paid", "paid"), ("listed", "list price abroad")):
        last, mean = change(getattr(shock, name), getattr(calm, name))
        known = f"{LITERATURE[mineral]:+.0%}" if name == "paid" and mineral in LITERATURE else ""
        shown = [f"{x:+.0%}" if x == x else "no sale" for x in (last, mean)]
        lines.append(f"  {what:26}{shown[0]:>12}{shown[1]:>14}{known:>12}".rstrip())
    lines.append(f"  {'t in the year':26}{'calm':>12}{'ban':>14}{'change':>12}{'of calm use':>13}")
    rows = {
        "use": (calm.use, shock.use),
        f"bought from {dominant}": (calm.dominant, shock.dominant),
        "bought from others": (calm.others, shock.others),
        "  their scrap": (calm.scrap, shock.scrap),
        "drawn from stock": tuple(o.use - o.dominant - o.others for o in (calm, shock)),
    }
    lines += [_row(name, a.sum(), b.sum(), calm.use.sum()) for name, (a, b) in rows.items()]
    lines.append(_row("stock at the end", calm.stock[-1], shock.stock[-1], calm.use.sum()))
    lines += [f"  {name:11} {text.format(cover=cover)}" for name, text in SWITCHES.items()]
    return "\n".join(lines)


def licence_text() -> str:
    """The licence of 2023 as a table."""
    ratio = licence_of_2023()
    table = sources().tables.targets
    target = table[(table["episode"] == TARGET[0]) & (table["target"] == TARGET[1])].iloc[0]
    first = int(LICENCE[-2:]) - 1
    lines = ["gallium: licence of August 2023, list price abroad / at home, month by month (1: August 2023)"]
    lines.append("  before " + " ".join(f"{r:.2f}" for r in ratio[:first]))
    lines.append("  after  " + " ".join(f"{r:.2f}" for r in ratio[first:]))
    lines.append(
        f"  after 2.5 months: {ratio[first + MONTHS_AFTER]:.2f}; recorded {target['value']:g} "
        f"[{target['low']:g}, {target['high']:g}]"
    )
    return "\n".join(lines)


def _row(name: str, calm: float, shock: float, use: float) -> str:
    return f"  {name:26}{calm:12.1f}{shock:14.1f}{shock - calm:+12.1f}{(shock - calm) / use:+13.0%}"


def main() -> None:
    show("\n\n".join([*(static_text(mineral) for mineral in LITERATURE), licence_text()]))


if __name__ == "__main__":
    main()
