"""Ore and metal change hands: outlets of the licensed exporter, then both markets."""

import numpy as np

from ..agents import Buyer, ExportControl, Miner, Refiner, State
from ..markets import totals
from ..markets.clearing import clear
from ..markets.nodes import OUTLETS
from ..rules import controls, production
from ..rules import markets as pricing

MINE, REFINE = Miner.STAGE, Refiner.STAGE
MONTHS = np.array([12.0])  # a year


def assign_outlets(w):
    """R35  Which outlet of the licensed exporter serves each destination, and how much may pass it."""
    c = w[ExportControl]
    passes = by_outlet(w, c.passes, 1.0)
    w.rung_all, w.rung_named = by_outlet(w, c.rung, 0.0)
    home = 1.0 - w.foreign[..., None]
    w.group = controls.served_by(w.rung_all[:, :, None], w.rung_named[:, :, None], w.named[..., None], home)
    w.cap = totals.outlet_caps(w.trailing, w.group, np.moveaxis(passes, 0, 2))


def by_outlet(w, values, elsewhere):
    """A number of every control as [outlet, stage, mineral, run]; `elsewhere` where there is no market."""
    c, minerals = w[ExportControl], w.origins.shape[1]
    out = np.full((OUTLETS, 2, minerals, w.runs), elsewhere)
    out[c.outlet, c.stage, c.mineral] = values
    return out


def clear_ore(w):
    """R36  Ore: refiners buy, at a price that is a share of what they get for metal."""
    f = w[Refiner]
    like = w.base_paid[MINE]
    w.ore_planned = totals.by_place(f.ore_plan, f.mineral, f.node, like)
    stock = totals.by_place(f.ore_stock, f.mineral, f.node, like)
    row = np.maximum(w.refiner_row, 0)
    node = np.minimum(np.arange(like.shape[1]), w.log_ask.shape[2] - 1)
    ask = pricing.exp_of(w.log_ask[REFINE][:, node])
    anchor = pricing.log_of(production.ore_anchor(like[..., None], ask, w.list_price[REFINE][:, None, None]))
    _clear(w, MINE, Miner, w.ore_planned, anchor, stock, f.ore_cover[row], f.ore_normal[row])


def clear_refined(w):
    """R36, R22  Refined metal: buyers buy, for use and their own stock, and for the reserve, which has no stock."""
    b = w[Buyer]
    row = np.maximum(w.buyer_row, 0)
    there = (w.buyer_row >= 0)[..., None]
    anchor = w.log_base_paid[REFINE][..., None] + w.spread(0.0)
    wanted = b.need + b.filling
    cover = b.cover * pricing.ratio(b.need, wanted)
    need = np.where(there, wanted[row], 0.0)
    _clear(w, REFINE, Refiner, need, anchor, b.stock[row], cover[row], b.normal[row])


def _clear(w, stage, kind, base, anchor, stock, cover, normal):
    f, s = w[kind], w[State]
    rows, nodes = w.blocks[stage]
    capacity = totals.by_place(f.established, f.mineral, f.node, w.base_node_capacity[stage])
    scale = pricing.weight_scale(capacity, w.base_node_capacity[stage][..., None], w.scale_exponent_of_shares)
    entrant = totals.by_place(f.drawn, f.mineral, f.node, w.base_node_capacity[stage])
    homes = w.destination_home[stage]
    floor = np.zeros_like(base) if stage == MINE else np.broadcast_to(w.floor[:, None], base.shape)
    tariff = np.zeros_like(base) if stage == MINE else w.tariff[:, None] * s.taxed[homes]
    clear(
        w.log_ask[stage].copy(), f.offered, f.centre, f.steepness, rows, nodes,
        w.weight[stage], w.freight[stage], scale, entrant, w.per_ton[stage],
        base, anchor, stock, cover, pricing.log_of(normal), floor, s.enforced[homes], tariff,
        s.untrusted[w.origin_home[stage]], w.group[stage], w.cap[stage],
        w.origins[stage], w.destinations[stage], w.source[stage], w.few[stage], w.list_price[stage],
        w.umax, w.sigma, w.outlet_softness, w.demand_elasticity_short, w.demand_choke,
        w.stock_adjustment, w.stock_price_elasticity, w.least_order,
        out=(
            w.log_ask[stage], w.delivered[stage], w.received[stage], w.sent[stage], w.paid[stage], w.fill[stage],
            w.evaluations[stage],
        ),
    )  # fmt: skip
    growth = pricing.ratio(w.demand_growth, MONTHS)[:, None]
    w.trailing[stage] = controls.trailing(
        w.trailing[stage], w.sent[stage], w.group[stage], growth, w.trailing_months
    )
