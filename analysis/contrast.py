"""What besides its coalition sets a scenario apart from the first: a paired difference then mixes two causes."""

from typing import Any

from abm.books import VARIED
from abm.scenario import Scenario, shipped
from abm.start import Sources
from experiments.runner import Arm, Results

SETTINGS = ("recorded_controls", "adversary", "vary", "control_acts")


def besides_coalition(results: Results, arm: Arm) -> list[str]:
    """Parameters, `tension_mean` or `demand_growth[gallium]`, and settings that are not those of the first scenario."""
    return _unlike(results.arms[0].scenario, arm.scenario, results.facts)


def mixed(results: Results, arm: Arm, first: str, own: str) -> str:
    """One sentence that names what differs besides the coalition; empty if nothing does. first, own: their names."""
    unlike = besides_coalition(results, arm)
    if not unlike:
        return ""
    named = ", ".join(unlike)
    if arm.scenario.coalition == results.arms[0].scenario.coalition:
        return f"{own} differs from {first} in {named} alone, not in its coalition."
    return f"{own} differs from {first} in {named} besides its coalition: the difference mixes both causes."


def isolating(results: Results, arm: Arm) -> str:
    """What tells the two causes apart; empty if there is one cause only."""
    first, unlike = results.arms[0].scenario, besides_coalition(results, arm)
    if not unlike or arm.scenario.coalition == first.coalition:
        return ""
    values = {name: value for name, value in _values(arm.scenario, results.facts).items() if name in unlike}
    ways = [" ".join(f"--set {name}={value:.12g}" for name, value in values.items())] if values else []
    files = [name for name in unlike if name not in values]
    ways += [f"the same {', '.join(files)} in a file of each scenario"] if files else []
    said = f"The coalition alone: {' and '.join(ways)}, for all scenarios."
    like = [
        name for name in shipped()
        if (other := _like(name, first)).coalition == arm.scenario.coalition
        and not _unlike(first, other, results.facts)
    ]  # fmt: skip
    return f"{said} The rest alone: {arm.label} compared with {like[0]}." if like else said


def _like(name: str, first: Scenario) -> Scenario:
    """A shipped scenario for the time and minerals of the first."""
    return Scenario.load(name).model_copy(update={"start": first.start, "end": first.end, "minerals": first.minerals})


def _unlike(first: Scenario, own: Scenario, facts: Sources) -> list[str]:
    before, now = _values(first, facts), _values(own, facts)
    either = {**before, **now}
    changed = [name for name in either if before.get(name) != now.get(name)]
    return changed + [name for name in SETTINGS if getattr(first, name) != getattr(own, name)]


def _values(scenario: Scenario, facts: Sources) -> dict[str, Any]:
    """The parameters that are not at their default, or are set where each history would draw its own."""
    parameters = facts.parameters.replaced(scenario.parameters)
    bare = set(parameters.names())
    fixed = {name for name in VARIED if scenario.vary and name in scenario.parameters}
    values = {}
    for row in parameters:
        counts = row.mineral == "all" or not scenario.minerals or row.mineral in scenario.minerals
        if counts and (row.value != row.default or row.name in fixed):
            name = row.name if row.name in bare else row.full_name
            values[name if row.mineral == "all" else f"{name}[{row.mineral}]"] = row.value
    return values
