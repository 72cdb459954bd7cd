"""R19  Contract for difference: public money tops up the price of a new plant's output to a strike.

Signed when a plant is sanctioned, for a term that starts with its output, up to a share of demand outside the dominant
state; above the strike the plant hands over `upside` of the difference. A ton under contract has no other contract.
Source: NdPr at 110 USD/kg for ten years with 30 % of the upside (company filings 2025, 2026).
"""

from pydantic import Field

from .lever import Numbers, Priced, Setting


class ContractForDifference(Priced):
    """Strike, term and volume."""

    term: float | None = Field(default=None, gt=0.0, le=40.0, description="years; none: cfd_term")
    upside: float | None = Field(default=None, ge=0.0, le=1.0, description="share; none: cfd_upside_share")
    volume: float | None = Field(default=None, ge=0.0, le=1.0, description="share of demand; none: cfd_volume_cap")

    def numbers(self, name: str, s: Setting) -> Numbers:
        recorded = {"ndpr": s.value("cfd_strike_ndpr")}  # the one strike on record
        return {
            "strike": self.prices(s, recorded), "contract_years": s.given(self.term, "cfd_term"),
            "contract_upside": s.given(self.upside, "cfd_upside_share"), "contract_scope": s.scope,
            "contract_volume": s.given(self.volume, "cfd_volume_cap") * s.scope,
        }  # fmt: skip
