"""R53, R59  Idling, closing and restarting plants; outages; capital written off."""

from ..numerics import exp, helper, log, logistic
from ..rulebook import rule

MONTHS = 12.0  # a year
HALF = 0.5  # of a month
ALMOST_FREE = 1e-12  # USD/t


@helper
def unpaid(price, cost, spread, survived):
    """R53  share of a block's plants whose cash cost lies above the price, of those that paid in the base year."""
    paying = logistic((log(max(price, ALMOST_FREE)) - log(cost)) / spread)
    return max(1.0 - paying / survived, 0.0)


@rule
def idle(now, capacity, price, cost, spread, survived, restart_premium, patience, delay, directed):
    """R53  idle share of a block: grows to the unpaid share over `patience` months, shrinks over `delay` months once
    the price also pays the restart; a state that directs its plants (directed = 1) idles none, nor an empty slot."""
    more = unpaid(price, cost, spread, survived)
    less = unpaid(price, cost + restart_premium, spread, survived)
    kept = now + (less - now) / delay if less < now else now
    kept = now + (more - now) / patience if more > now else kept
    return 0.0 if directed > 0.0 or capacity <= 0.0 else kept


@rule
def closing(capacity, idle, reserve):
    """R53  capacity closed this month (t/month): idle plants whose cash is gone."""
    return capacity * idle / reserve


@rule
def idle_after(idle, capacity, closing):
    """R53  idle share once what closes is gone: it was idle."""
    return max(idle * capacity - closing, 0.0) / (capacity - closing) if capacity > closing else 0.0


@rule
def survived_after(survived, capacity, closing):
    """R53  share of the plants left that paid in the base year, on their cost curve: the dearest have closed."""
    return survived * (1.0 - closing / capacity) if capacity > closing else survived


@rule
def running(capacity, idle, outage, depth):
    """R53, R59  capacity that runs (t/month); an outage counts in the months it fills by more than half."""
    return capacity * (1.0 - idle) * (1.0 - depth if outage > HALF else 1.0)


@rule
def working(capacity, idle):
    """R53  capacity that does not stand idle (t/month)."""
    return capacity * (1.0 - idle)


@rule
def outage_hazard(at_zero, slope, governance, chance):
    """R59  hazard of an outage (1/yr): falls with the WGI score of political stability; none before chance begins."""
    return at_zero * exp(-slope * governance) * chance


@rule
def written_off(book, capacity, closing):
    """R53  capital stranded this month (USD): the book value of what closes."""
    return book * closing / capacity if capacity > 0.0 else 0.0


@rule
def book(now, stranded, spent, years):
    """R53  capital not yet written off (USD): what was spent, less a steady write-off and what is stranded."""
    return (now - stranded) * (1.0 - 1.0 / (years * MONTHS)) + spent


@rule
def out(outage):
    """R59  1 while a block has an outage."""
    return 1.0 if outage > HALF else 0.0
