"""R45, R55  What investors believe about the policies they are asked to trust."""

from ..rulebook import rule

MONTHS = 12.0  # a year


@rule
def evidence(leads, own, leaders, others, spillover):
    """R55  what a month shows (events, or years in force): the leader's in full, the other members' mean in part."""
    return (own if leads > 0.0 else leaders) + spillover * others


@rule
def remembered(memory, seen, years):
    """R45  a sum of what was seen that forgets at 1 / years."""
    return memory * (1.0 - 1.0 / (years * MONTHS)) + seen


@rule
def believed_hazard(events, exposure, weight, prior_events, prior_years):
    """R45  believed hazard of reversal (1/yr): Gamma-Poisson, bad news weighing more than its number."""
    return (prior_events + weight * events) / (prior_years + exposure)


@rule
def believed_permanence(lasting, events, prior, prior_weight):
    """R45  believed share of reversals that last for good: Beta-binomial."""
    return (prior * prior_weight + lasting) / (prior_weight + events)



@rule
def perceived_disruption(prior, seen, memory, most):
    """R56  hazard of disruption of a mineral as all see it (1/yr): what is always feared, and acts remembered."""
    return min(prior + seen / memory, most)
