"""`python -m analysis.climate_club`: the climate club of the literature, on which the stability code is docked.

Regions choose between a club with a target carbon price and a uniform tariff on outsiders, and going alone.
Source: Nordhaus (2015), American Economic Review 105:1339; inputs as published with a public replication.
"""

from collections.abc import Iterator

import numpy as np

from abm.data.tables import ClimateClub, load_tables

from .stability import Payoffs, stable

COST_SCALE = 0.837  # of the abatement cost parameter to the share of income that full abatement costs
THOUSAND = 1000.0  # USD/t times Mt in bn USD


def welfare(club: ClimateClub, price: float, tariff: float) -> Payoffs:
    """Welfare of every region (bn USD a year) by coalition. price: the club's target (USD/t); tariff: share."""
    regions = club.regions
    gdp, co2 = regions["gdp_bn_usd"].to_numpy(), regions["co2_mt"].to_numpy()
    cost = COST_SCALE * regions["abatement_alpha"].to_numpy()
    linear, quadratic = regions["tariff_gain_linear"].to_numpy(), regions["tariff_gain_quadratic"].to_numpy()
    share, intensity = gdp / gdp.sum(), co2 / gdp
    names = {name: i for i, name in enumerate(regions["region"])}
    trade = np.zeros((len(names), len(names)))  # [exporter, importer]
    for exporter, importer, value in club.imports.itertuples(index=False):
        trade[names[exporter], names[importer]] = value

    def payoffs(members: np.ndarray) -> np.ndarray:
        inside = members.astype(float)
        paid = np.where(members, price, share * price)
        abated = paid * intensity / (2.0 * cost) / THOUSAND
        benefit = share * price / THOUSAND * (abated @ co2)[:, None]
        effort = gdp * cost * abated * abated
        levied = inside * ((1.0 - inside) @ trade) * (tariff * linear - tariff * tariff * quadratic)
        suffered = (1.0 - inside) * tariff * ((inside * linear) @ trade.T)
        return benefit - effort + levied - suffered

    return payoffs


def cells(club: ClimateClub) -> Iterator[tuple[float, float, list[int], int, int]]:
    """Every cell of the published table: price, tariff, stable coalitions found, number and size expected."""
    for row in club.expected.to_dict("records"):
        found = stable(welfare(club, row["scc_usd_per_t"], row["tariff"]), len(club.regions))
        yield (
            row["scc_usd_per_t"], row["tariff"], found.tolist(), row["stable_coalitions"], row["stable_size"]
        )  # fmt: skip


def outsiders(club: ClimateClub, coalition: int) -> list[str]:
    """Regions that a coalition leaves out."""
    return [name for i, name in enumerate(club.regions["region"]) if not coalition >> i & 1]


def main() -> None:
    club = load_tables().climate_club
    hits = 0
    for price, tariff, found, number, size in cells(club):
        hit = len(found) == number and all(one.bit_count() == size for one in found)
        hits += hit
        sizes = ", ".join(str(one.bit_count()) for one in found)
        note = "" if hit else f"  (published: {number} of size {size})"
        print(f"{price:6g} USD/t, tariff {tariff:4.0%}: {len(found)} stable, size {sizes}{note}")
    print(f"{hits} of {len(club.expected)} cells as published")


if __name__ == "__main__":
    main()
