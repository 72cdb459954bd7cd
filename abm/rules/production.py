"""R32, R36, R54  What mines and refineries can offer, make and add."""

from ..numerics import helper, log, logistic
from ..rulebook import rule

MONTHS = 12.0  # a year


@helper
def supply_at(offered, log_ask, centre, steepness, most):
    """R32  supply of one block (t/month)."""
    return offered * most * logistic(steepness * (log_ask - centre))


@rule
def output(offered, log_ask, centre, steepness, most, sold):
    """R32  output (t/month): supply at the ask, less what finds no buyer where the ask is at its bound."""
    return supply_at(offered, log_ask, centre, steepness, most) * sold


@rule
def more_at(dearer, offered, log_ask, centre, steepness, most):
    """R6  output that a block would add (t/month) if the price were `dearer` times what it is."""
    now = supply_at(offered, log_ask, centre, steepness, most)
    return supply_at(offered, log_ask + log(dearer), centre, steepness, most) - now


@rule
def newer(capacity, established):
    """R11  share of a block's capacity that is newer than the base year."""
    return 1.0 - established / capacity if capacity > established else 0.0


@rule
def utilisation(made, capacity):
    """R32  output as a share of capacity; 0 without capacity."""
    return made / capacity if capacity > 0.0 else 0.0


@rule
def centre(base_centre, ore_share, ore_price, base_ore_price):
    """R36  ln of the price around which a block supplies (USD/t): its ore bill moves with the ore price paid."""
    return base_centre + log(1.0 - ore_share + ore_share * ore_price / base_ore_price)


@rule
def cash_cost(base, ore_share, ore_price, base_ore_price, learned):
    """R53, R52  cash cost of a ton (USD/t): its ore bill moves with the ore price paid, the rest with learning."""
    return base * ((1.0 - ore_share) * learned + ore_share * ore_price / base_ore_price)


@rule
def headroom(stream, hosted, own):
    """R32  capacity that a block may have (t/month) beside the others that draw on the same host stream."""
    return stream - (hosted - own)


@rule
def ore_plan(capacity, log_ask, centre, steepness, most, ore_per_ton):
    """R36  ore a refiner means to use at last month's ask (t of content a month)."""
    return supply_at(capacity, log_ask, centre, steepness, most) * ore_per_ton


@rule
def offered(capacity, most, ore_per_ton, ore_at_hand):
    """R36  capacity a block can offer (t/month): no more than its ore allows."""
    need = capacity * most * ore_per_ton
    return capacity * min(1.0, ore_at_hand / need) if need > 0.0 else capacity


@rule
def ore_anchor(base_ore_price, ask, base_ask):
    """R36  price at which a refiner's ore use is as planned (USD/t): a fixed share of what it asks for metal."""
    return base_ore_price * ask / base_ask


@rule
def grown(capacity, closing, growth, tilt, pull, used, normal, slowest, fastest, ceiling):
    """R54  an incumbent's capacity next month (t/month): what has not closed (R53) in balanced growth, clipped, up to
    what its host stream allows."""
    rate = min(max(growth + tilt + pull * (used - normal), slowest), fastest)
    left = max(capacity - closing, 0.0)
    return min(left * (1.0 + rate / MONTHS), max(ceiling, left))


@rule
def opened(month, opening, nameplate):
    """R54  capacity of a dated project (t/month): nothing before its month."""
    return nameplate if month >= opening else 0.0


@rule
def opened_cost(before, after, unit):
    """R54  capital spent on a dated project when it opens (USD)."""
    return max(after - before, 0.0) * MONTHS * unit


@rule
def still_coming(nameplate, capacity):
    """R44  capacity announced but not yet open (t/month)."""
    return max(nameplate - capacity, 0.0)


@rule
def left_of(tons, closing):
    """R53  what is left after closures (t/month)."""
    return max(tons - closing, 0.0)


@rule
def qualification(now, selling, first, months):
    """R34  share of an entrant's weight its customers grant: from `first` to 1 in `months` of selling."""
    return min(1.0, now + (1.0 - first) / months) if selling > 0.0 else now


@rule
def drawn(capacity, qualified, attractiveness):
    """R34  capacity with which an entrant draws orders (t/month)."""
    return capacity * qualified * attractiveness


@rule
def part(total, own, all_together):
    """R36  a firm's part of what arrives at its state (t/month), as it had planned."""
    return total * own / all_together if all_together > 0.0 else 0.0
