"""R7, R35  Export controls: the ladder of rungs and what each leaves to the outlet."""

from ..rulebook import rule

LICENSING, QUOTA, BAN = 1.0, 2.0, 3.0  # rungs of the ladder; 0 is none
LICENSED_TRADE, NAMED_STATES = 1.0, 2.0  # outlets; 0 is free trade


@rule
def scheduled(rung, exporter):
    """R7  rung of a recorded act, for the state whose act it is."""
    return rung * exporter


@rule
def months_on(rung, months):
    """R7  months a control has been in force."""
    return months + 1.0 if rung > 0.0 else 0.0


@rule
def licensed_share(rung, months, own, zero_months, ramp, licensing, quota, ban):
    """R7  licensed share of normal exports: next to none at first, then a ramp to the rung's or act's own."""
    if rung < LICENSING:
        return 1.0
    full = ban if rung >= BAN else (quota if rung >= QUOTA else licensing)
    full = own if own >= 0.0 else full
    begun = min(max((months - zero_months) / ramp, 0.0), 1.0)
    return min(full, ban + (full - ban) * begun) if full > ban else full


@rule
def served_by(rung_all, rung_named, named, home):
    """R35  outlet that serves a destination: 0 none, 1 licensed trade, 2 the trade of named states."""
    if home > 0.0:
        return 0.0
    if named > 0.0 and rung_named > 0.0:
        return NAMED_STATES
    return LICENSED_TRADE if rung_all > 0.0 else 0.0


@rule
def trailing(now, sold, served, growth, months):
    """R35  normal exports to a destination (t/month): trailing mean of free trade; under control growing with use."""
    return now + (sold - now) / months if served < 1.0 else now * (1.0 + growth)
