"""R20  Tariff: a duty ad valorem on what members import from untrusted origins.

The landed price is ask x (1 + rate) x freight (R33); the revenue goes to the treasury of the importer (R58). A floor
beside it acts on the landed price with the tariff in it. Every member keeps the tariff at its own border, like a floor:
each is suspended by its own reversal (R2), and enforces as strictly as it complies (R13).
"""

from typing import ClassVar, Literal

from pydantic import Field

from .lever import Lever, Numbers, Setting, Shock


class Tariff(Lever):
    """How high, for which minerals, from when to when."""

    hits_always: ClassVar[bool] = True

    rate: float | None = Field(default=None, ge=0.0, le=10.0, description="ad valorem; none: tariff_untrusted")
    payer: Literal["host"] = "host"
    suspended_by: tuple[Shock, ...] = ("reversal",)

    def numbers(self, name: str, s: Setting) -> Numbers:
        return {"tariff": s.given(self.rate, "tariff_untrusted") * s.scope}
