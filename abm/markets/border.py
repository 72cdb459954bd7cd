"""R16, R18, R20, R58  The coalition's border: what floor and tariff move, who keeps it, and whether they bite."""

import numpy as np

from ..numerics import exp, softplus
from ..rulebook import market
from .nodes import OUTLETS


@market("f8[:,:],f8[:,:],f8[:],i8,i8,f8[:,:]", layout="(k,r),(x,r),(r),(),()->(k,r)")
def asks(unknowns, cap, softness, source, origins, out):
    """R35  Asks of every node (USD/t) from the market's unknowns; 0 at an outlet that is shut."""
    for k in range(unknowns.shape[0]):
        for r in range(unknowns.shape[1]):
            if k < origins:
                out[k, r] = exp(unknowns[k, r])
            elif k - origins < cap.shape[0] and cap[k - origins, r] > 0.0:
                out[k, r] = exp(unknowns[source, r] + softness[r] * softplus(unknowns[k, r]))
            else:
                out[k, r] = 0.0


@market(
    "f8[:,:],f8[:,:,:],f8[:,:],i8,i8,f8,f8[:],f8[:],f8[:],f8[:]",
    layout="(k,r),(k,d,r),(d,r),(),(),(),(r)->(r),(r),(r)",
)
def exporter_asks(ask, delivered, group, source, origins, base_volume, least, home, abroad, listed):
    """R37  What the dominant exporter asks at home, of its customers abroad, and its list price there (USD/t).

    The list price is the ask of the dearest outlet that moves at least `least` of the market's base volume (t/month).
    0 where nothing is offered: a control may shut the outlet (group: the outlet that serves each destination).
    """
    runs = ask.shape[1]
    for r in range(runs):
        home[r] = ask[source, r]
        abroad[r] = home[r]
    for d in range(group.shape[0]):
        for r in range(runs):
            abroad[r] = ask[origins, r] if group[d, r] == 1.0 else abroad[r]
    for r in range(runs):
        listed[r] = home[r] if abroad[r] == home[r] else 0.0
    tons = np.empty(runs)
    for k in range(origins, origins + OUTLETS):
        tons[:] = 0.0
        for d in range(delivered.shape[1]):
            for r in range(runs):
                tons[r] += delivered[k, d, r]
        for r in range(runs):
            moves = tons[r] >= least[r] * base_volume and tons[r] > 0.0
            listed[r] = max(listed[r], ask[k, r]) if moves else listed[r]


@market(
    "f8[:,:,:],f8[:,:],f8[:,:],f8[:,:],f8[:],f8[:,:],f8[:,:],i8,i8,i8,f8[:],f8[:],f8[:,:],f8[:,:],f8[:,:]",
    layout="(k,d,r),(k,r),(l,d),(l,r),(r),(d,r),(d,r),(),(),(),(r),(r)->(d,r),(d,r),(d,r)",
)
def border(
    delivered, ask, freight, untrusted, floor, enforced, tariff, source, origins, destinations, rent_share, outside,
    levy, rent, premium,
):  # fmt: skip
    """R18, R20, R58  What floor and tariff move at every destination (USD a month): levy, rent, and the premium of
    trusted sellers.

    ask: USD/t at every node. All of the tariff is levy. Of the gap between floor and landed ask, tariff included,
    rent_share goes to the exporter as price and the rest to the treasury as levy. The premium is what trusted tons cost
    above `outside`, the untrusted ask.
    """
    levy[:] = 0.0
    rent[:] = 0.0
    premium[:] = 0.0
    for d in range(destinations):
        somewhere = 0.0
        for r in range(enforced.shape[1]):
            somewhere = max(somewhere, floor[r], tariff[d, r])
        if not somewhere > 0.0:  # nothing is levied in any run
            continue
        for k in range(min(origins + OUTLETS, delivered.shape[0])):
            o = k if k < origins else source
            for r in range(enforced.shape[1]):
                held = floor[r] > 0.0 or tariff[d, r] > 0.0
                tons = delivered[k, d, r] if held else 0.0
                landed, duty = ask[k, r] * freight[o, d], tariff[d, r] * untrusted[o, r]
                levy[d, r] += tons * landed * duty
                gap = max(floor[r] - landed * (1.0 + duty), 0.0)
                rent[d, r] += tons * gap * enforced[d, r] * untrusted[o, r]
                dearer = max(ask[k, r] - outside[r], 0.0) * (1.0 - untrusted[o, r])
                premium[d, r] += tons * dearer if enforced[d, r] > 0.0 or tariff[d, r] > 0.0 else 0.0
        for r in range(enforced.shape[1]):
            levy[d, r] = (1.0 - rent_share[r]) * rent[d, r] + levy[d, r]
            rent[d, r] = rent_share[r] * rent[d, r]


@market("f8[:,:],f8[:,:],f8[:,:],f8[:],f8[:]", layout="(d,r),(d,r),(d,r),(d)->(r)")
def inside_price(paid, received, enforced, abroad, out):
    """R16  Price a ton fetches where floor or tariff is enforced (USD/t, net of freight), by tons; 0 if nowhere."""
    tons = np.zeros(out.size)
    out[:] = 0.0
    for d in range(paid.shape[0]):
        for r in range(out.size):
            got = received[d, r] if enforced[d, r] > 0.0 else 0.0
            tons[r] += got
            out[r] += got * paid[d, r] / abroad[d]
    for r in range(out.size):
        out[r] = out[r] / tons[r] if tons[r] > 0.0 else 0.0


@market(
    "f8[:,:],f8[:,:,:],f8[:,:],f8[:],i8,i8,i8,f8[:],f8[:]",
    layout="(k,r),(k,d,r),(l,r),(d),(),(),(),(r)->(r)",
)
def trusted_price(ask, delivered, untrusted, foreign, source, origins, destinations, before, out):
    """R44, R16  What trusted plants outside the dominant state fetch abroad (USD/t): mean ask by tons; `before` where
    they sell nothing."""
    tons = np.zeros(out.size)
    out[:] = 0.0
    for k in range(origins):
        if k != source:
            for d in range(destinations):
                for r in range(out.size):
                    sold = delivered[k, d, r] * foreign[d] if untrusted[k, r] == 0.0 else 0.0
                    tons[r] += sold
                    out[r] += sold * ask[k, r]
    for r in range(out.size):
        out[r] = out[r] / tons[r] if tons[r] > 0.0 else before[r]


@market("f8[:,:],f8[:],f8[:]", layout="(m,r),(m)->(r)")
def mean_in_scope(values, scope, out):
    """Mean over the minerals in scope; 0 without any."""
    minerals = 0.0
    out[:] = 0.0
    for m in range(values.shape[0]):
        minerals += scope[m]
        for r in range(out.size):
            out[r] += values[m, r] * scope[m]
    for r in range(out.size):
        out[r] = out[r] / minerals if minerals > 0.0 else 0.0
