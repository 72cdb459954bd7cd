"""R32-R36  One market for one month: gravity in tons, two licensed outlets, floors at the border; damped Newton.

Unknowns are the log asks of the origins and, for an outlet, y: it sells cap * logistic(y) at exp(rho * softplus(y))
times its exporter's ask, which is R35 without a constraint. What must vanish is ln(ordered) - ln(supplied).
"""

from ..rulebook import market
from .solving import TOLERANCE, solve
from .tile import HIGHEST, LOWEST

__all__ = ["HIGHEST", "LOWEST", "TOLERANCE", "clear"]


@market(
    "f8[:,:],f8[:,:],f8[:,:],f8[:,:],i8[:],i8[:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:],"
    "f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],i8,i8,i8,b1,f8,"
    "f8[:],f8[:],f8[:],f8[:],f8[:],f8[:],f8[:],f8[:],f8[:,:],f8[:,:,:],f8[:,:],f8[:,:],f8[:,:],f8[:,:],f8[:]",
    layout="(k,r),(n,r),(n,r),(n,r),(b),(b),(l,d),(l,d),(l,r),(l,r),(d),"
    "(d,r),(d,r),(d,r),(d,r),(d,r),(d,r),(d,r),(d,r),(l,r),(d,r),(x,r),(),(),(),(),(),"
    "(r),(r),(r),(r),(r),(r),(r),(r)->(k,r),(k,d,r),(d,r),(d,r),(d,r),(k,r),(r)",
)
def clear(
    start, offered, centre, steepness, block_row, block_node, weight, freight, scale, entrant, per_ton, base, anchor,
    stock, cover, normal, floor, enforced, tariff, untrusted, group, cap, origins, destinations, source, few,
    base_price, umax, sigma, rho, epsilon, choke, adjustment, price_elasticity, least, z_out, delivered, received, sent,
    paid, fill, evaluations,
):  # fmt: skip
    """R32-R36, R57  Clears a market: unknowns (ln USD/t; outlets y); tons delivered, received at each destination and
    of them sent by the licensed exporter; price paid (USD/t); supply sold (1).

    offered, centre, steepness: of all firms (t/month, ln USD/t, 1); those of this market stand at block_row and supply
    at block_node (-1: padding). weight, freight: of origins and destinations; scale: an origin's capacity to its base
    (R34); entrant: t/month of new capacity times its qualification, which draws per_ton (R34). base: use at base price
    (t/month); anchor, normal: ln of base and of expected price; cover in months. floor (USD/t), enforced (share),
    tariff (ad valorem, times the share on which it is levied), untrusted (0 or 1): R33. group: 0 free, 1 or 2 the
    outlet a destination is served through; cap: of the outlets (t/month). few: fewer destinations than origins, which
    makes solving cheaper. evaluations: -1 where it did not converge, 0 without a market, where every price is 1.
    """
    z_out[:] = start
    delivered[:] = 0.0
    received[:] = 0.0
    sent[:] = 0.0
    paid[:] = 0.0
    fill[:] = 0.0
    if origins == 0:
        paid[:] = 1.0
        fill[:] = 1.0
        evaluations[:] = 0.0
    else:
        solve(
            offered, centre, steepness, block_row, block_node, weight, freight, scale, entrant, per_ton, base, anchor,
            stock, cover, normal, floor, enforced, tariff, untrusted, group, cap, origins, destinations, source, few,
            base_price, umax, sigma, rho, epsilon, choke, adjustment, price_elasticity, least, z_out, delivered,
            received, sent, paid, fill, evaluations,
        )  # fmt: skip
