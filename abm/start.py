"""Month zero: the balanced base year as columns of agents and numbers of the world, for either driver."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .data.balance import BASE_YEAR, STAGES, BaseYear, Market, balance
from .data.costs import outside_costs
from .data.parameters import Parameters
from .data.regions import ROW, state_key
from .data.tables import Tables, load_tables
from .errors import BadInput
from .rulebook import slot_of
from .scenario import Scenario

MONTHS = 12.0
HOSTS = {"gallium": "aluminium", "germanium": "zinc", "indium": "zinc"}  # stand-ins for alumina and zinc residues
LOW_VALUE = ("manganese", "graphite")  # ores whose freight weighs more
QUALIFIED, BASE_METALS = ("graphite",), ("copper", "nickel", "manganese", "cobalt")
ABSENT = -1
NEVER = 1e9  # months


@dataclass(eq=False)
class Start:
    """What a driver opens. columns: kind -> class name and values [agent] of every field; world: numbers that get a run
    axis; static: numbers that have none."""

    sources: "Sources"
    parameters: Parameters

    scenario: Scenario
    minerals: list[str]
    states: list[str]
    nodes: dict[tuple[int, int], tuple[list[str], list[str]]]  # (stage, mineral) -> origins, destinations
    columns: dict[str, dict[str, Any]]
    world: dict[str, np.ndarray]
    static: dict[str, np.ndarray]


    def parameter(self, name: str, mineral: str | None = None) -> float:
        return self.parameters.value(name, mineral)

    @property
    def key(self) -> str:
        """Identity of the scenario with its model and data."""
        return self.scenario.key(self.sources.tables.hash)

    def defaults(self) -> "Start":
        """The start of the same scenario at default parameters."""
        return self if not self.scenario.parameters else start_of(self.scenario.at_defaults(), self.sources)


@dataclass(frozen=True, eq=False)
class Sources:
    """The facts: tables, parameters and the base year balanced from them."""

    tables: Tables
    parameters: Parameters
    base: BaseYear


@cache
def sources(folder: str | None = None) -> Sources:
    """The packaged facts, or those of a folder that replaces them."""
    tables = load_tables(folder)
    parameters = Parameters.from_table(tables.parameters)
    return Sources(tables, parameters, balance(tables, parameters))


@cache
def start_of(scenario: Scenario | str, facts: Sources | None = None) -> Start:
    """Month zero of a scenario, or of a shipped one by name."""
    facts = facts or sources()
    return build(Scenario.load(scenario) if isinstance(scenario, str) else scenario, facts)


def build(scenario: Scenario, facts: Sources) -> Start:
    """The start of a scenario: BadInput names a mineral or state that is not there."""
    return _Builder(scenario, facts).start()


class _Builder:
    def __init__(self, scenario: Scenario, facts: Sources):
        self.scenario, self.facts = scenario, facts
        self.tables, self.base, parameters = facts.tables, facts.base, facts.parameters
        base, tables = facts.base, facts.tables
        for mineral in scenario.minerals:
            if mineral not in base.minerals:
                raise BadInput("unknown mineral", key="minerals", value=mineral, allowed=base.minerals)
        self.minerals = [m for m in base.minerals if not scenario.minerals or m in scenario.minerals]
        for name, value in scenario.parameters.items():
            for mineral, one in value.items() if isinstance(value, dict) else [(None, value)]:
                parameters = parameters.with_value(name, one, mineral)
        self.parameters = parameters
        self.listed = frozenset(tables.states["iso3"])
        self.states = base.states
        self.row = {s: i for i, s in enumerate(self.states)}
        self.nodes = {(g, m): self._nodes(g, m) for g in range(2) for m in range(len(self.minerals))}
        self.most_origins = max(len(o) for o, _ in self.nodes.values())
        self.most_destinations = max(len(d) for _, d in self.nodes.values())

    # -------------------------------------------------------------------------------------------- markets

    def market(self, stage: int, m: int) -> Market | None:
        return self.base.markets.get((self.minerals[m], STAGES[stage]))

    def projects(self, m: int) -> list[tuple[str, int, str, float, int]]:
        """Dated refineries: state, year, status, nameplate (t a year), line in capacity.csv."""
        rows = self.tables.capacity.query("mineral == @self.minerals[@m] and stage == 'refine'")
        rows = rows[rows["status"].isin(["planned", "expansion"])]
        return [
            (state_key(c, self.listed), int(y), s, float(t), int(i))
            for i, c, y, s, t in zip(rows.index, rows["country_iso3"], rows["year"], rows["status"], rows["capacity_t"], strict=True)
        ]

    def _nodes(self, stage: int, m: int) -> tuple[list[str], list[str]]:
        """Origins and destinations; a state with a dated plant is an origin too, and ore may go there."""
        market, refined = self.market(stage, m), self.market(1, m)
        assert refined is not None
        origins = sorted({*refined.origins, *(p[0] for p in self.projects(m))})
        if stage == 1:
            return origins, refined.destinations
        return (market.origins, origins) if market else ([], [])

    def dominant(self, stage: int, m: int) -> str:
        market = self.market(stage, m)
        return market.dominant if market else ""

    def value(self, name: str, m: int | None = None) -> float:
        return self.parameters.value(name, None if m is None else self.minerals[m])

    def capacity(self, stage: int, m: int) -> dict[str, float]:
        """Reported operating capacity by node (t a year)."""
        rows = self.tables.capacity.query("mineral == @self.minerals[@m] and stage == @STAGES[@stage] and status == 'operating'")
        tons: dict[str, float] = {}
        for country, t in zip(rows["country_iso3"], rows["capacity_t"], strict=True):
            state = state_key(country, self.listed)
            state = state if state in self.nodes[stage, m][0] else ROW
            tons[state] = tons.get(state, 0.0) + float(t)
        return tons

    def list_price(self, stage: int, m: int) -> float:
        """Base-year ask (USD/t); ore is a share of the refined price."""
        rows = self.tables.minerals.set_index("key")
        price = float(rows.loc[self.minerals[m], "price_2024_usd_per_t"])
        return price if stage == 1 else price * self.value("ore_price_share", m)

    def freight(self, stage: int, m: int) -> np.ndarray:
        origins, destinations = self.nodes[stage, m]
        low = stage == 0 and self.minerals[m] in LOW_VALUE
        abroad = 1.0 + self.value("freight") * (self.value("freight_low_value") if low else 1.0)
        return np.array([[1.0 if o == d else abroad for d in destinations] for o in origins]).reshape(len(origins), len(destinations))

    def shares(self, stage: int, m: int) -> np.ndarray:
        """R34  Base-year shares of every destination's purchases by origin; a new destination buys by gravity."""
        market = self.market(stage, m)
        origins, destinations = self.nodes[stage, m]
        out = np.zeros((len(origins), len(destinations)))
        if market is None:
            return out
        bias = self.value("home_bias_prior")
        for j, d in enumerate(destinations):
            column = np.zeros(len(origins))
            for i, o in enumerate(origins):
                if o in market.origins:
                    k = market.origins.index(o)
                    known = d in market.destinations
                    column[i] = market.flows[k, market.destinations.index(d)] if known else market.output[k] * (bias if o == d else 1.0)
            out[:, j] = column / sum(column.tolist())
        return out

    # -------------------------------------------------------------------------------------------- firms

    def supply(self, stage: int, m: int, made: float, capacity: float) -> tuple[float, float, float, float]:
        """R32  Capacity (t/month), utilisation, steepness and centre of an incumbent block that makes `made` t a year."""
        installed = min(max(capacity, made / self.value("u0_cap")), made / self.value("u0_least")) / MONTHS
        used = made / MONTHS / installed
        mineral = self.minerals[m]
        alone = self.market(0, m) is None
        co_product = mineral in ("cobalt", "dytb") and stage == 0
        elasticity = self.value("byproduct_supply_elasticity", m) if alone or co_product else self.value("supply_elasticity_state")
        most = self.value("umax")
        steep = min(max(elasticity / (1.0 - used / most), 0.5), 8.0)
        return installed, used, steep, math.log(self.list_price(stage, m)) + math.log(most / used - 1.0) / steep

    def tilts(self, stage: int, m: int) -> dict[str, float]:
        """R54  Extra growth to 2030 with which the documented shares of 2030 are met: the first state, its two followers, the rest."""
        mineral, market = self.minerals[m], self.market(stage, m)
        assert market is not None
        key = {"ndpr": "magnet_ree_element", "dytb": "magnet_ree_element"}.get(mineral, mineral)
        row = self.tables.pipeline_shares_2030.query("mineral == @key and stage == @STAGES[@stage] and year == 2030")
        if row.empty:
            return {}
        total = sum(market.output.tolist())
        share = {o: v / total for o, v in zip(market.origins, market.output.tolist(), strict=True)}
        first = state_key(str(row["top1"].iloc[0]), self.listed)
        if first not in share:
            return {}
        others = sorted((s for s in share if s not in (first, ROW)), key=lambda s: -share[s])[:2]
        goal1, goal3 = float(row["top1_share"].iloc[0]), float(row["top3_share"].iloc[0])
        groups = [([first], goal1), (others, goal3 - goal1), ([s for s in share if s not in (first, *others)], 1.0 - goal3)]
        years = 2030 - BASE_YEAR
        out = {}
        for members, goal in groups:
            now = sum(share[s] for s in members)
            if now > 0.0:
                out |= {s: math.log(max(goal, 1e-3) / now) / years for s in members}
        return out

    def ceiling(self, m: int, state: str, installed: float) -> float:
        """R32  Capacity that the state's host stream allows (t/month); unbounded where the mineral has no host of its own."""
        host = HOSTS.get(self.minerals[m])
        if host is None:
            return 1e30
        rows = self.tables.host_production.query("host == @host and year == @BASE_YEAR")
        total = float(rows["output"].sum())
        own = sum(float(v) for c, v in zip(rows["country_iso3"], rows["output"], strict=True) if state_key(c, self.listed) == state)
        return max(self.value("byproduct_potential", m) * own / total / MONTHS, installed)

    def host_growth(self, m: int) -> float:
        """Yearly growth of the host's world output since 2018."""
        host = HOSTS.get(self.minerals[m])
        if host is None:
            return 0.0
        by_year = self.tables.host_production.query("host == @host").groupby("year")["output"].sum()
        return float((by_year[BASE_YEAR] / by_year[2018]) ** (1.0 / (BASE_YEAR - 2018)) - 1.0)

    def firms(self, stage: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for m, mineral in enumerate(self.minerals):
            market = self.market(stage, m)
            if market is None:
                continue
            reported, tilts = self.capacity(stage, m), self.tilts(stage, m)
            other = self.value("other_feed_share", m) if stage == 1 else 0.0
            ore = self.market(0, m)
            ore_price = self.ore_paid(m) if stage == 1 and ore is not None else {}
            for state, made in zip(market.origins, market.output.tolist(), strict=True):
                installed, used, steep, centre = self.supply(stage, m, made, reported.get(state, 0.0))
                dominant = state == market.dominant
                for kind, part in (("Refiner", 1.0 - other), ("Recycler", other)) if stage == 1 else (("Miner", 1.0),):
                    if part == 0.0:
                        continue
                    row = {
                        "class": kind, "slot": slot_of(kind, mineral, state), "mineral": m, "home": self.row[state],
                        "node": self.nodes[stage, m][0].index(state), "capacity": installed * part, "base_capacity": installed * part,
                        "established": installed * part, "normal": used, "tilt": tilts.get(state, 0.0), "base_centre": centre,
                        "slowest": -self.value("decline_fastest_dominant" if dominant else "decline_fastest"),
                        "ceiling": 1e30 if kind != "Refiner" else self.ceiling(m, state, installed) * part,
                        "centre": centre, "steepness": steep,
                    }  # fmt: skip
                    if kind == "Refiner" and ore is not None:
                        use = ore.use.tolist()[ore.destinations.index(state)] / MONTHS
                        row |= self.ore_columns(m, use / (installed * part * used), use, ore_price[state])
                    rows.append(row)
            if stage == 1:
                rows += self.project_rows(m, reported)
        order = {"Miner": 0, "Refiner": 0, "Recycler": 1, "Project": 2}
        return sorted(rows, key=lambda r: order[r["class"]])

    def ore_paid(self, m: int) -> dict[str, float]:
        """Ore price paid in the base year by refiners' state."""
        shares, freight = self.shares(0, m), self.freight(0, m)
        price = self.list_price(0, m)
        return {d: price * sum((shares[:, j] * freight[:, j]).tolist()) for j, d in enumerate(self.nodes[0, m][1])}

    def ore_columns(self, m: int, per_ton: float, use: float, price: float) -> dict[str, float]:
        cover = self.value("cover_normal")
        return {
            "ore_per_ton": per_ton, "ore_share": self.value("ore_price_share", m), "base_ore_price": price,
            "ore_cover": cover, "ore_stock": cover * use, "ore_normal": price,
        }  # fmt: skip

    def project_rows(self, m: int, reported: dict[str, float]) -> list[dict[str, Any]]:
        cash, _ = outside_costs(self.tables, self.parameters, self.minerals[m])
        ore, refined = self.market(0, m), self.market(1, m)
        assert refined is not None
        rows = []
        for state, year, status, tons, line in self.projects(m):
            size = (tons - reported.get(state, 0.0) if status == "expansion" else tons) / MONTHS
            row = {
                "class": "Project", "slot": slot_of("Project", self.minerals[m], state, str(year), str(line)), "mineral": m,
                "home": self.row[state], "node": self.nodes[1, m][0].index(state), "nameplate": max(size, 0.0),
                "opening": float(self.scenario.month(f"{year}-07")), "base_centre": math.log(cash), "centre": math.log(cash),
                "steepness": self.value("firm_steepness"), "ceiling": 1e30, "qualified": self.value("qualified_at_first"),
            }  # fmt: skip
            if ore is not None:
                metal = (1.0 - self.value("other_feed_share", m)) * sum(refined.output.tolist())
                row |= self.ore_columns(m, sum(ore.use.tolist()) / metal, 0.0, self.ore_paid(m)[state])
            rows.append(row)
        return rows

    # -------------------------------------------------------------------------------------------- buyers and states

    def buyers(self) -> list[dict[str, Any]]:
        rows = []
        for m, mineral in enumerate(self.minerals):
            market = self.market(1, m)
            assert market is not None
            shares, freight = self.shares(1, m), self.freight(1, m)
            for j, (state, use) in enumerate(zip(market.destinations, market.use.tolist(), strict=True)):
                price = self.list_price(1, m) * sum((shares[:, j] * freight[:, j]).tolist())
                cover = self.value("cover_normal")
                rows.append({
                    "class": "Buyer", "slot": slot_of("Buyer", mineral, state), "mineral": m, "node": j, "home": self.row[state],
                    "base": use / MONTHS, "base_price": price, "normal": price, "cover": cover, "stock": cover * use / MONTHS,
                })  # fmt: skip
        return rows

    def tiers(self) -> dict[str, set[str]]:
        """core: G7, EU and MSP members; signatories: states with a US minerals agreement; candidates: the others."""
        table = self.tables.states
        core = {state_key(s, self.listed) for s in table.query("in_g7 == 1 or in_eu == 1 or in_msp == 1")["iso3"]}
        signed = {state_key(s, self.listed) for s in table[table["us_minerals_agreement_year"].notna()]["iso3"]} - core
        return {"core": core, "signatories": signed, "candidates": set(self.states) - core - signed - {ROW}}

    def members(self) -> set[str]:
        coalition = self.scenario.coalition
        if coalition is None:
            return set()
        tiers = self.tiers()
        members: set[str] = set()
        for name in (*coalition.members, coalition.leader):
            if name not in tiers and name not in self.row:
                raise BadInput("unknown state or tier", key="coalition.members", value=name, allowed=[*tiers, *self.states])
            members |= tiers.get(name, {name})
        return members - self.untrusted()

    def untrusted(self) -> set[str]:
        coalition = self.scenario.coalition
        if coalition is None:
            return set()
        for name in coalition.excluded:
            if name not in self.row:
                raise BadInput("unknown state", key="coalition.excluded", value=name, allowed=self.states)
        return {"CHN", *coalition.excluded}

    def acts(self) -> list[dict[str, Any]]:
        table = self.tables.control_acts if self.scenario.recorded_controls else self.tables.control_acts.iloc[:0]
        rows = [r | {"end": r["end"] or None, "share": None if r["share"] != r["share"] else r["share"]} for r in table.to_dict("records")]
        for i, act in enumerate(self.scenario.control_acts):
            for key, allowed in (("mineral", self.base.minerals), ("exporter", self.states), ("against", ["all", *self.states])):
                if getattr(act, key) not in allowed:
                    raise BadInput(f"unknown {key}", key=f"control_acts.{i}.{key}", value=getattr(act, key), allowed=allowed)
            rows.append(act.model_dump())
        return [r for r in rows if r["mineral"] in self.minerals]

    def start(self) -> Start:
        from .start_world import world_numbers  # the numbers of the world have a file of their own

        members, untrusted = self.members(), self.untrusted()
        coalition = self.scenario.coalition
        enforced = self.value("compliance_leader_enforced")
        state = [
            {
                "class": "State", "slot": slot_of("State", s), "number": i, "member": float(s in members),
                "untrusted": float(s in untrusted), "leads": float(coalition is not None and s == coalition.leader),
                "compliance": enforced,
            }
            for i, s in enumerate(self.states)
        ]  # fmt: skip
        rows = {"State": state, "Miner": self.firms(0), "Refiner": self.firms(1), "Buyer": self.buyers()}
        columns = {kind: _columns(r) for kind, r in rows.items()}
        slots = [s for c in columns.values() for s in c["slot"].tolist()]
        if len(set(slots)) < len(slots):
            raise BadInput("two agents share an address", key="slot")
        world, static, controls = world_numbers(self, columns)
        columns["State"] |= controls
        return Start(self.facts, self.parameters, self.scenario, self.minerals, self.states, self.nodes, columns, world, static)


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Columns of rows; a field that a row does not set keeps its default (NaN stands for it)."""
    names = sorted({n for r in rows for n in r})
    out: dict[str, Any] = {"class": [r["class"] for r in rows]}
    for name in names:
        if name != "class":
            whole = all(isinstance(r.get(name), int) for r in rows)
            out[name] = np.array([r.get(name, 0 if whole else math.nan) for r in rows], dtype=np.int64 if whole else float)
    return out
