"""R44-R49  What a plant is worth to an investor, what it costs, and whether it is sanctioned."""

from ..numerics import exp, helper, log, logistic, normal_quantile, power, sqrt
from ..rulebook import rule

MONTHS = 12.0  # a year
HALF, QUARTER, TWO = 0.5, 0.25, 2.0  # of R47's quadratic
NEVER = 1e-12


@helper
def annuity(rate, years):
    """R46  present value of 1 a year for some years (years)."""
    return (1.0 - exp(-rate * years)) / rate if rate > 0.0 else years


@rule
def mood(now, luck, spread, memory):
    """R44  an investor's error in the log price: first-order, of the given stationary spread and memory (months)."""
    kept = 1.0 - 1.0 / memory
    return now * kept + spread * sqrt(1.0 - kept * kept) * normal_quantile(luck)


@rule
def crowding(demand, supply, pipeline, growth, years, exponent, least, most):
    """R44  multiple of the expected price: demand in some years over supply that has grown with it (R54) and the
    pipeline, clipped."""
    grown = power(1.0 + growth, years)
    projected = supply * grown + pipeline
    return min(max(power(demand * grown / projected, exponent), least), most) if projected > 0.0 else most


@rule
def foreseen_price(expected, crowding, mood):
    """R44  price (USD/t) at which an investor values a plant."""
    return expected * crowding * exp(mood)


@rule
def without_floor(trusted, asked, enforced):
    """R46, R16  outside price (USD/t): what trusted plants would fetch without a floor. Where one is enforced, no more
    than what the dominant state asks of its customers abroad."""
    return min(trusted, asked) if enforced > 0.0 and asked > 0.0 else trusted


@rule
def gap_seen(held, trusted, outside, enforced, memory):
    """R46  what a floor adds to the price of trusted plants (USD/t): as seen while it is in force, then fading."""
    if enforced > 0.0:
        return max(trusted - outside, 0.0)
    return held * (1.0 - 1.0 / memory)


@rule
def offered_share(room, size):
    """R19  share of a plant's output for which a contract is offered: what is left under the cap."""
    return min(max(room / size, 0.0), 1.0) if size > 0.0 else 0.0


@rule
def pooled(unmet, gap, room, contract):
    """R49  demand that members pool for a plant (t/month): what a floor that raises the price, or contracts, secure."""
    return max(unmet if gap > 0.0 else 0.0, room if contract > 0.0 else 0.0)


@rule
def offered_to(room, need):
    """R19, R23  1 if what is left under a cap is enough for this plant."""
    return 1.0 if room >= need else 0.0


@rule
def holds(phase, own, offered):
    """R46  what a plant counts on: its own contract once it is sanctioned, else what is offered."""
    return own if phase > 0.0 else offered


@rule
def taken(unmet, size):
    """R46  share of a plant's output that enforcing demand not met by trusted capacity can take."""
    return min(max(unmet / size, 0.0), 1.0) if size > 0.0 else 0.0


@rule
def support_term(most, months_to_end, lead):
    """R46  years of support a plant can count on that opens in `lead` months."""
    return min(most, max(months_to_end - lead, 0.0) / MONTHS)


@rule
def availability(hazard, suspension):
    """R46  share of time in which support is in force, of `suspension` months (mean) at this hazard (1/yr)."""
    return 1.0 / (1.0 + hazard * suspension / MONTHS)


@rule
def support_value(support, available, years, required_return, hazard, permanent):
    """R46  present value of support that may vanish (USD per t/yr). Source: Poisson removal at permanent x hazard."""
    return available * support * annuity(required_return + permanent * hazard, years)


@rule
def topped_up(strike, price, cover):
    """R19  what a contract for difference is expected to pay (USD per ton of output); 0 if it would cost."""
    return cover * max(strike - price, 0.0)


@rule
def needed_part(margin, support):
    """R46  part of the support that counts: a plant below its cost idles, so the first of it only fills the hole."""
    if support <= 0.0:
        return 0.0
    return max(max(margin + support, 0.0) - max(margin, 0.0), 0.0) / support


@rule
def project_value(margin, required_return, life, supports, part):
    """R46  value of a plant (USD per t/yr): margin at the outside price for its life, and support while it lasts."""
    return max(margin, 0.0) * annuity(required_return, life) + part * supports


@rule
def supported_share(floor, contract, offtake, most):
    """R47  share of cash flow that support makes safe."""
    return min(max(floor, max(contract, offtake)), most)


@rule
def trigger(volatility, supported, rate):
    """R47  value over cost at which an irreversible plant is begun: beta / (beta - 1) at r = delta."""
    risk = volatility * (1.0 - supported)
    if risk <= 0.0:
        return 1.0
    beta = HALF + sqrt(QUARTER + TWO * rate / (risk * risk))
    return beta / (beta - 1.0)


@rule
def required_return(base, country, volatility, usual, premium, relief):
    """R47  required return (1/yr): base, country premium, volatility above its usual, less a guarantee's relief."""
    return max(base + country + premium * max(volatility - usual, 0.0) - relief, 0.0)


@rule
def hub(pooled, size, existing, most):
    """R49  modules of the plant an investor designs: what unmet enforcing demand can take, or what stands there."""
    return min(max(max(pooled, existing) / size, 1.0), most) if size > 0.0 else 1.0


@rule
def unit_capex(reference, modules, exponent, learned):
    """R49, R52  capital cost (USD per t/yr): economies of scale of the hub, and learning."""
    return reference * power(modules, exponent - 1.0) * learned


@rule
def learning(built, base, rate):
    """R52  cost as a share of the first: falls by `rate` with each doubling of experience (t/month of capacity)."""
    return power((base + built) / base, log(1.0 - rate) / log(TWO)) if base > 0.0 else 1.0


@rule
def shared_capex(capex, share, grant, granted):
    """R23  capital cost after the grant in a pool's easy loan (USD per t/yr)."""
    return capex * (1.0 - share * grant * granted)


@rule
def outlay(capex, size, part):
    """R23, R51  a part of (or an overrun on) a module's capital cost (USD); size in t/month."""
    return capex * size * MONTHS * part


@rule
def ratio_to_trigger(value, capex, trigger):
    """R48  ln of value over what an investor wants; the exponent of merit."""
    return log(max(value / (capex * trigger), NEVER))


@rule
def worth(value, capex):
    """R50  ln of value over cost: a permitted module below 0 is given up."""
    return log(max(value / capex, NEVER))


@rule
def sanction_hazard(merit, most, softness):
    """R48  hazard that a prospect is sanctioned (1/yr)."""
    return most * logistic(merit / softness)


@rule
def room_for(size, headroom):
    """R32  1 if the host stream allows another module."""
    return 1.0 if size <= headroom else 0.0


@rule
def variance_seen(now, price, before, memory):
    """R47  yearly variance of the log price, seen over `memory` months."""
    if price <= 0.0 or before <= 0.0:
        return now
    change = log(price / before)
    return now + (change * change * MONTHS - now) / memory


@rule
def deviation(variance):
    """R47  yearly standard deviation of the log price."""
    return sqrt(variance)


@rule
def allowance(now, market, most, largest):
    """R48  capacity that may yet be sanctioned (t/month): grows by a share of the outside market a year, and keeps a
    year of it, or a module."""
    return min(now + most * market / MONTHS, max(most * market, largest))


@rule
def unmet(enforcing, trusted, demand):
    """R46  enforcing demand that trusted capacity does not meet (t/month)."""
    return enforcing * max(1.0 - trusted / demand, 0.0) if demand > 0.0 else 0.0


@rule
def applies(chance, hazard, phase, allowed):
    """R48  1 if an idle prospect asks to be sanctioned this month."""
    return allowed if phase <= 0.0 and chance < 1.0 - exp(-hazard / MONTHS) else 0.0
