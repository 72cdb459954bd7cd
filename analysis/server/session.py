"""What one visitor sees: one history or two under the same seed, and what was typed for each."""

import math
import threading
from typing import Any

from abm.errors import BadInput
from abm.outcomes import reference_threshold
from abm.scenario import Scenario, shipped
from abm.sense import begun_in_time
from abm.start import Start, build, sources

from ..history import History
from . import form as forms
from .inspector import agents
from .opening import Opening

KEY_SHOWN = 12
SHARED = ("minerals", "start", "end")  # both histories have the same


class Side:
    """A scenario as typed, and its history. What cannot be is one line in `fault`; the history before it stays."""

    def __init__(self, name: str, start: Start, seed: int):
        self.name, self.start, self.threshold = name, start, math.nan
        self.open(start, seed)

    @property
    def title(self) -> str:
        """Of the shipped scenario, if it is one; else says that it was changed."""
        scenario = self.start.scenario
        title = scenario.title or scenario.name
        return f"{title}, changed" if self.changed else title

    @property
    def changed(self) -> bool:
        """Whether it bears the name of a shipped scenario and is another."""
        scenario = self.start.scenario
        if scenario.name not in shipped():
            return False
        theirs = Scenario.load(scenario.name).model_dump(exclude=set(SHARED))
        return theirs != scenario.model_dump(exclude=set(SHARED))

    @property
    def key(self) -> str:
        return self.start.key[:KEY_SHOWN]

    def open(self, start: Start, seed: int) -> None:
        """From the first month."""
        if start.key != self.start.key:
            self.threshold = math.nan
        self.start, self.history, self.fault = start, History(start, seed), ""
        self.form: forms.Form = start.scenario.model_dump(mode="json", exclude_none=True)

    def measure(self) -> None:
        """R16's theta, which needs histories of its own."""
        self.threshold = reference_threshold(self.start)


class Session:
    """All methods may be called from any thread; one at a time works."""

    def __init__(self, opening: Opening):
        self.lock = threading.RLock()
        self.opening, self.facts, self.seed = opening, sources(opening.data), opening.seed
        self.sides = [Side("A", self.start_of(opening.scenario), self.seed)]
        if opening.recorded is not None:
            self.sides[0].threshold = opening.recorded.threshold
        self.mineral = self.minerals[0]
        leader = self.sides[0].start.states.index("USA")
        self.kind, self.agent = "State", leader

    def start_of(self, form: forms.Form) -> Start:
        """Month zero of a form; BadInput says what cannot be."""
        return build(begun_in_time(Scenario.read(form)), self.facts)

    @property
    def first(self) -> History:
        return self.sides[0].history

    @property
    def minerals(self) -> list[str]:
        return self.sides[0].start.minerals

    @property
    def over(self) -> bool:
        return self.first.over

    @property
    def paired(self) -> bool:
        return len(self.sides) > 1

    def step(self, months: int) -> None:
        with self.lock:
            for side in self.sides:
                side.history.step(months)

    def reset(self) -> None:
        """The same histories from the first month."""
        with self.lock:
            for side in self.sides:
                side.history = History(side.start, self.seed)

    def sow(self, seed: int) -> None:
        """The same scenarios under another luck."""
        with self.lock:
            self.seed = seed
            self.reset()

    def change(self, side: Side, form: forms.Form) -> None:
        """Another scenario on one side; what both share changes on the other too. All begin anew, or none."""
        with self.lock:
            wanted = {one: form if one is side else _aligned(one.form, form) for one in self.sides}
            try:
                starts = {one: self.start_of(new) for one, new in wanted.items() if new != one.form}
            except BadInput as fault:
                side.form, side.fault = form, str(fault)
                return
            for one in self.sides:
                one.open(starts.get(one, one.start), self.seed)
            if self.mineral not in self.minerals:
                self.mineral = self.minerals[0]
            if self.agent >= len(agents(self.first, self.kind)):
                self.agent = 0

    def pair(self, on: bool) -> None:
        """A second history, at first the same as the first."""
        with self.lock:
            self.sides = self.sides[:1]
            if on:
                self.sides.append(Side("B", self.sides[0].start, self.seed))
                self.sides[1].threshold = self.sides[0].threshold
            self.reset()

    def recorded(self) -> Any:
        """The stored history, if the first one is still that very one; else None."""
        stored = self.opening.recorded
        same = stored is not None and stored.start.key == self.sides[0].start.key and stored.seed == self.seed
        return stored if same else None


def _aligned(form: forms.Form, other: forms.Form) -> forms.Form:
    for name in SHARED:
        form = forms.changed(form, (name,), other.get(name))
    return form
