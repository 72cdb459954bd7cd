"""R19, R21, R23, R24  What support pays a plant; what one receives another pays (R58)."""

from ..numerics import log
from ..rulebook import rule

CHEAPEST = 0.05  # of cash cost: support cannot make a plant cost less
MONTHS = 12.0  # a year


@rule
def contract_pays(price, strike, upside):
    """R19  what a ton under contract receives on top of its price (USD/t); it hands over a share above the strike."""
    return strike - price if price < strike else -upside * (price - strike)


@rule
def covered(tons, capacity):
    """R19  share of a block's output under a contract."""
    return min(tons / capacity, 1.0) if capacity > 0.0 else 0.0


@rule
def paid(due, arrears, solvent):
    """R3  what is paid this month (USD): arrears too, unless the budget has lapsed."""
    return (due + arrears) * solvent


@rule
def arrears(due, arrears, solvent):
    """R3  what stays owed (USD)."""
    return (due + arrears) * (1.0 - solvent)


@rule
def supplied_from(cost, aid):
    """R32  ln of the price around which a plant supplies (USD/t): its cash cost less support on every ton."""
    return log(max(cost - aid, CHEAPEST * cost))


@rule
def months_under(left, opened, term, held):
    """R19  months the contracts of a block still run: the mean by tons when a new one (`term` years) joins."""
    if opened > 0.0 and term > 0.0:
        return max(left - 1.0, 0.0) * held + term * MONTHS * (1.0 - held)
    return max(left - 1.0, 0.0)


@rule
def under(now, opened, size, closing_share, left):
    """R19  tons under contract (t/month): new ones join, closed plants and ended terms leave."""
    kept = now * (1.0 - closing_share) if left > 0.0 or opened > 0.0 else 0.0
    return kept + opened * size


@rule
def called(outstanding, closing_share):
    """R23  what a pool loses on plants that close (USD)."""
    return outstanding * closing_share


@rule
def outstanding(now, called, lent, years):
    """R23  loans of a pool not yet paid back (USD): a steady repayment, less what is lost."""
    return (now - called) * (1.0 - 1.0 / (years * MONTHS)) + lent


@rule
def uncontracted(share, topped):
    """R21  share of output for an offtake: none where a contract for difference pays, one contract a ton."""
    return share if topped <= 0.0 else 0.0


@rule
def assured(support, share, available):
    """R47  share of output whose price support assures, for the time it is in force; 0 without any."""
    return share * available if support > 0.0 else 0.0


@rule
def delivered(paid, announced):
    """R16  bite of a money instrument: what it paid of what it announced, in [0, 1]; 1 where nothing is due."""
    return min(max(paid / announced, 0.0), 1.0) if announced > 0.0 else 1.0


@rule
def yearly(now, january, ceiling, whole):
    """R23  what a pool may still spend this year (USD): its ceiling anew each January, never more than it has."""
    return min(ceiling if january > 0.0 else now, whole)


@rule
def qualified_by(first, offtake, size):
    """R34  share of an entrant's weight a new module has at once: all of it where an offtake has qualified it."""
    return first + (1.0 - first) * min(offtake / size, 1.0) if size > 0.0 else first


@rule
def one(amount):
    """R23  1 where there is some of it."""
    return 1.0 if amount > 0.0 else 0.0


@rule
def one_of(contract, offtake):
    """R19, R21  1 if a plant has a contract of either kind."""
    return 1.0 if contract > 0.0 or offtake > 0.0 else 0.0
