"""R18  Border floor: a minimum import price at members' borders, kept by an adjustable tariff.

Of the gap between the floor and the landed ask of an untrusted origin, `rent_capture` goes to the exporter as price and
the rest to the treasury of the importer as levy (abm/markets/border.py); between trusted states nothing changes hands.
Every member keeps its own border, so each is suspended by its own reversal (R2), and all lose heart with the leader's.
"""

from typing import ClassVar, Literal

from .lever import Numbers, Priced, Setting, Shock


class PriceFloor(Priced):
    """How high, for which minerals, from when to when."""

    hits_always: ClassVar[bool] = True
    fills_a_gap: ClassVar[bool] = True

    kind: Literal["border"] = "border"
    payer: Literal["host"] = "host"
    suspended_by: tuple[Shock, ...] = ("reversal",)

    def numbers(self, name: str, s: Setting) -> Numbers:
        return {"floor": self.prices(s)}
