"""R21  Offtake: members' buyers commit to a share of a new plant's output, at the market price plus a small premium.

It makes that share of cash flow safe, and the buyers have qualified the plant before it opens (R34). Not for tons under
a contract for difference. Source: MP 10X (all output), Lynas (two thirds to Japan).
"""

from typing import Literal

from pydantic import Field

from .lever import Lever, Numbers, Setting, Shock


class Offtake(Lever):
    """Share of output and premium paid by buyers."""

    share: float | None = Field(default=None, ge=0.0, le=1.0, description="of output; none: offtake_share")
    premium: float | None = Field(default=None, ge=0.0, le=1.0, description="of price; none: trusted_premium")
    payer: Literal["leader", "host"] = "leader"
    suspended_by: tuple[Shock, ...] = ("reversal",)

    def numbers(self, name: str, s: Setting) -> Numbers:
        share, premium = s.given(self.share, "offtake_share"), s.given(self.premium, "trusted_premium")
        return {"offtake_share": share * s.scope, "offtake_premium": premium}
