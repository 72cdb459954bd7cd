"""Parts of rows that several kinds of agents share."""

from typing import Any

from .facts import Facts

Row = dict[str, Any]  # field -> value of one agent


def ore_columns(facts: Facts, m: int, per_ton: float, use: float, price: float) -> Row:
    """A refiner's ore: tons a ton of metal, use (t/month), price paid (USD/t)."""
    cover = facts.value("cover_normal")
    return {
        "ore_per_ton": per_ton, "ore_share": facts.value("ore_price_share", m), "base_ore_price": price,
        "ore_cover": cover, "ore_stock": cover * use, "ore_normal": price,
    }  # fmt: skip
