"""R23  Guarantees and co-investment from a pool with a yearly ceiling.

A guaranteed plant needs a lower return; the pool lends a share of its capital cost on easy terms, worth
`grant_equivalent_finance` of the loan, and loses what is outstanding if the plant closes (R53).
"""

import numpy as np
from pydantic import Field

from .lever import Lever, Numbers, Setting

LARGEST = 1e9  # M USD
MILLION = 1e6


class Guarantee(Lever):
    """Size of the pool and its part in a plant."""

    share: float | None = Field(default=None, ge=0.0, le=1.0, description="of capital cost; none: coinvestment_share")
    pool: float | None = Field(default=None, ge=0.0, le=LARGEST, description="M USD in all; none: pool_capital")
    yearly: float | None = Field(
        default=None, ge=0.0, le=LARGEST, description="M USD a year; none: pool_yearly_ceiling"
    )
    relief: float | None = Field(default=None, ge=0.0, le=0.2, description="off the return; none: guarantee_relief")

    def numbers(self, name: str, s: Setting) -> Numbers:
        yearly, pool = s.given(self.yearly, "pool_yearly_ceiling"), s.given(self.pool, "pool_capital")
        return {
            "guarantee_scope": s.scope, "coinvestment_share": s.given(self.share, "coinvestment_share"),
            "guarantee_relief": s.given(self.relief, "guarantee_relief"), "pool_ceiling": yearly * MILLION,
            "pool_left": pool * MILLION, "pool_year": np.minimum(yearly, pool) * MILLION,
        }  # fmt: skip
