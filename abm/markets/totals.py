"""Sums and concentration over agents, in slot order."""

import numpy as np

from ..rulebook import market


@market("f8[:,:],i8[:],i8[:],f8[:,:],f8[:,:,:]", layout="(n,r),(n),(n),(m,k)->(m,k,r)")
def by_place(values, minerals, places, like, out):
    """Sums of an agent field by mineral and place (a node or a state); `like` gives the shape."""
    out[: like.shape[0]] = 0.0
    for i in range(values.shape[0]):
        for r in range(values.shape[1]):
            out[minerals[i], places[i], r] += values[i, r]


@market("f8[:,:,:],i8[:,:],i8[:],f8[:],f8[:,:]", layout="(m,d,r),(m,d),(m),(s)->(s,r)")
def over_minerals(values, homes, places, like, out):
    """Sums by state over all minerals of a number at the destinations of every market; `like` gives the states."""
    out[: like.shape[0]] = 0.0
    for m in range(values.shape[0]):
        for d in range(places[m]):
            for r in range(values.shape[2]):
                out[homes[m, d], r] += values[m, d, r]


@market("f8[:,:],f8[:]", layout="(n,r)->(r)")
def total(values, out):
    """Sum over agents."""
    out[:] = 0.0
    for i in range(values.shape[0]):
        for r in range(values.shape[1]):
            out[r] += values[i, r]


@market("f8[:,:],f8[:,:],f8[:]", layout="(n,r),(n,r)->(r)")
def total_of_products(values, weights, out):
    """Sum of values times weights."""
    out[:] = 0.0
    for i in range(values.shape[0]):
        for r in range(values.shape[1]):
            out[r] += values[i, r] * weights[i, r]


@market("f8[:,:],f8[:,:],f8[:,:],f8[:,:]", layout="(d,r),(d,r),(x,r)->(x,r)")
def outlet_caps(trailing, group, licensed, out):
    """R35  Cap of each outlet (t/month): licensed share of normal exports to the destinations it serves."""
    for x in range(licensed.shape[0]):
        for r in range(licensed.shape[1]):
            out[x, r] = 0.0
        for d in range(trailing.shape[0]):
            for r in range(licensed.shape[1]):
                out[x, r] += trailing[d, r] if group[d, r] == x + 1.0 else 0.0
        for r in range(licensed.shape[1]):
            out[x, r] = licensed[x, r] * out[x, r]


@market("f8[:,:],f8[:]", layout="(s,r)->(r)")
def herfindahl(tons, out):
    """Herfindahl index of shares, in [0, 1]; 0 where there is nothing."""
    whole = np.zeros(out.size)
    out[:] = 0.0
    for s in range(tons.shape[0]):
        for r in range(out.size):
            whole[r] += tons[s, r]
            out[r] += tons[s, r] * tons[s, r]
    for r in range(out.size):
        out[r] = out[r] / (whole[r] * whole[r]) if whole[r] > 0.0 else 0.0


@market("f8[:,:],f8[:],f8[:]", layout="(d,r),(d)->(r)")
def share_abroad(tons, foreign, out):
    """Sum of tons at foreign destinations."""
    out[:] = 0.0
    for d in range(tons.shape[0]):
        for r in range(tons.shape[1]):
            out[r] += tons[d, r] * foreign[d]


@market("f8[:,:],f8[:,:],f8[:],f8[:]", layout="(d,r),(d,r),(d)->(r)")
def mean_price(paid, tons, foreign, out):
    """R37  Price paid abroad (USD/t): mean over foreign destinations by tons."""
    bought = np.zeros(out.size)
    out[:] = 0.0
    for d in range(paid.shape[0]):
        for r in range(out.size):
            out[r] += foreign[d] * tons[d, r] * paid[d, r]
            bought[r] += foreign[d] * tons[d, r]
    for r in range(out.size):
        out[r] = out[r] / bought[r] if bought[r] > 0.0 else 0.0


@market("f8[:,:],f8[:]", layout="(n,r)->(r)")
def largest(values, out):
    """The largest of all agents."""
    out[:] = values[0]
    for i in range(1, values.shape[0]):
        for r in range(out.size):
            out[r] = max(out[r], values[i, r])
