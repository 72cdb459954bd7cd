"""R10  Price war: the dominant refiners run full, whatever the price, until entrants give up or it costs too much."""

from ..numerics import log
from ..rulebook import rule

MONTHS = 12.0  # a year


@rule
def threat(entrants, usual):
    """R10  points of the dominant share lost to entrants, built or sanctioned, over the memory of `usual`."""
    return max(entrants - usual, 0.0)


@rule
def wages(directed, able, threat, trigger, tension, calm, restricted, rest, idle, beaten):
    """R10  1 if a price war begins: entrants threaten and are not beaten already, tension is low, the state does not
    restrict the market, and the last war is long enough ago."""
    free = directed * able if restricted == 0.0 and rest == 0.0 and idle <= beaten else 0.0
    return free if threat > trigger and tension < calm else 0.0


@rule
def truce_of_prices(rest, begins, most, pause):
    """R10  months until another price war may begin: the war's, and as long as losses to entrants are counted."""
    return most + pause if begins > 0.0 else max(rest - 1.0, 0.0)


@rule
def at_start(now, latest, begins):
    """R10  a price (USD/t) or an output (t/month) as it was when the war began."""
    return latest if begins > 0.0 else now


@rule
def spent(now, begins, flooding, before, price, output):
    """R10  revenue given up so far (USD)."""
    if begins > 0.0 or flooding == 0.0:
        return 0.0
    return now + max(before - price, 0.0) * output


@rule
def war(flooding, begins, most, spent, budget, before, output, idle, beaten, restricted):
    """R10  months that a price war may still last: until it is out of time, of a budget (a multiple of a year's revenue
    when it began), more than the share `beaten` of the entrants' capacity is idle, or the state restricts it."""
    if begins > 0.0:
        return most
    if spent > budget * before * output * MONTHS or idle > beaten or restricted > 0.0:
        return 0.0
    return max(flooding - 1.0, 0.0)


@rule
def flood_centre(centre, flooding, cash_cost, least):
    """R10  price around which a refiner supplies (ln USD/t): in a price war, a part of its cash cost."""
    return log(least * cash_cost) if flooding > 0.0 else centre


@rule
def flood_steepness(own, flooding, of_plant):
    """R10  slope of supply: in a price war a block acts as one plant, all of it on or off."""
    return of_plant if flooding > 0.0 else own


@rule
def flood_capacity(offered, ready, flooding, utilisation, most):
    """R10  capacity offered (t/month): what its ore allows, but no more than the utilisation it is directed to."""
    return min(offered, ready * utilisation / most) if flooding > 0.0 else offered
