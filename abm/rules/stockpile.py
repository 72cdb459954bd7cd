"""R22  A strategic reserve at a buyer: how much it should hold, what it buys and releases, what that costs."""

from ..rulebook import rule

MONTHS = 12.0  # a year
DAYS = 30.4  # a month


@rule
def goal(need, days):
    """R22  reserve (t) that covers `days` of use."""
    return days / DAYS * need


@rule
def access(member, complied, least):
    """R22  1 for who may draw on its reserve: a member that complies at least as it would without enforcement."""
    return member if complied >= least else 0.0


@rule
def spike(price, normal, multiple):
    """R22  1 while the price paid is above a multiple of what the buyer holds for normal."""
    return 1.0 if price > multiple * normal else 0.0


@rule
def released(reserve, spike, access, share):
    """R22  what moves from the reserve into the buyer's own stock this month (t): a share of it, in a spike."""
    return reserve * spike * access * share


@rule
def filling(reserve, goal, need, rate, cap, spike):
    """R22  what the reserve is to get this month at base price (t/month): what it lacks, at most `rate` of a year's use
    and `cap` of a month's; nothing in a spike."""
    return max(min(goal - reserve, min(rate * MONTHS * need, cap * need)), 0.0) * (1.0 - spike)


@rule
def stored(filling, ordered, received, left):
    """R22  what the reserve gets (t/month): what was ordered for it, of what arrived and use has left."""
    return max(min(min(filling, ordered), min(received, left)), 0.0)


@rule
def bought(stored, released, price):
    """R22  public cost of the month's purchases, less what the buyer pays for what is released (USD/month)."""
    return (stored - released) * price


@rule
def carried(reserve, price, carry):
    """R22  public cost of holding a reserve (USD/month); carry: of its value, a year."""
    return reserve * price * carry / MONTHS
