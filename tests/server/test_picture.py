"""Charts and map: points where the numbers are, no gap bridged, every state somewhere, words beside colour."""

import re

import numpy as np
import pytest

from abm.scenario import Scenario
from abm.start import start_of
from abm.world import World
from analysis.history import History
from analysis.server import atlas, chart, inspector, tables
from analysis.server.panels import panels


@pytest.fixture(scope="module")
def history():
    coalition = {"price_floor": {"start": "2025-06"}}
    form = {"name": "one", "minerals": ["gallium"], "end": "2027-12", "coalition": coalition}
    found = History(start_of(Scenario.read(form)), 5)
    found.step(18)
    return found


def test_points_lie_where_the_numbers_are():
    values = np.array([0.0, 1.0, np.nan, 0.5])
    panel = chart.Panel("Title", "unit", (chart.Line("line", values),), "2025-01", 4)
    drawn = chart.drawn(panel, *chart.span([panel]))
    runs = [[tuple(map(float, p.split(","))) for p in run.split()] for run in re.findall(r'points="([^"]*)"', drawn)]
    assert [len(run) for run in runs] == [2, 1]
    (_, bottom), (_, top) = runs[0]
    assert runs[1][0][1] == pytest.approx((bottom + top) / 2.0, abs=0.1) and top < bottom
    assert 'aria-label="Title, unit: line .5"' in drawn


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (0.25, "0.25"), (1200.0, "1,200"), (640e3, "640k"), (1.2e6, "1.2M"), (3e9, "3bn")]
)
def test_ticks_are_short(value, said):
    assert chart.tidy(value) == said


def test_two_histories_share_their_scale():
    def one(top: float) -> chart.Panel:
        return chart.Panel("a", "1", (chart.Line("b", np.array([0.0, top])),), "2025-01", 2)

    assert chart.span([one(1.0), one(9.0)]) == (0.0, 9.0)
    assert chart.span([chart.Panel("a", "1", (), "2025-01", 2)]) == (0.0, 1.0)


def test_every_panel_can_be_drawn_before_the_first_month_and_later(history):
    for one in (History(history.start, 5), history):
        for panel in panels(one, "gallium", np.nan):
            drawn = chart.drawn(panel, *chart.span([panel]))
            assert not re.search(r"\bnan\b", drawn) and panel.title in drawn


def test_every_state_stands_somewhere_on_the_map(history):
    states = tuple(history.start.states)
    drawn = atlas.base(states)
    assert drawn.count("<path") > 150
    for state in states:
        assert f'class="s-{state}"' in drawn and atlas.named(state)
        assert state == "ROW" or atlas.place(state) is not None
    assert set(atlas.standings(history)) == set(states)


def test_the_map_says_in_words_what_it_shows_in_colour(history):
    found = atlas.standings(history)
    assert (found["CHN"], found["RUS"]) == ("dominant", "invited")
    inside = [state for state, standing in found.items() if standing in ("leader", "member", "lax")]
    assert len(inside) == history.books.members[0]
    said = tables.standing_table(history, found, atlas.controls(history, "gallium"))
    assert "<td>China</td><td>dominant exporter</td>" in said
    assert all(words in tables.legend() for _, words in atlas.STANDINGS.values())


def test_flows_are_what_was_delivered(history):
    moved = atlas.flows(history, "gallium")
    assert moved == sorted(moved, key=lambda flow: -flow.tons) and all(flow.tons > 0.0 for flow in moved)
    from_china = sum(flow.tons for flow in moved if flow.origin == "CHN")
    source = history.start.nodes[1, 0][0].index("CHN")
    sent = history.books.delivered[1, 0, source, :, 0].sum() + history.books.delivered[1, 0, -2:, :, 0].sum()
    assert from_china <= sent * (1.0 + 1e-9)


def test_who_is_trusted_stands_before_the_first_month(history):
    """And before the first lever, and without a coalition: China's goods are not those of a trusted state."""
    alone = Scenario.read({"name": "alone", "minerals": ["gallium"], "end": "2027-12"})
    for one in (History(history.start, 5), history, History(start_of(alone), 5)):
        moved = atlas.flows(one, "gallium")
        assert {flow.origin for flow in moved if not flow.trusted} == {"CHN"}
        assert any(flow.trusted for flow in moved)


@pytest.mark.parametrize("kind", inspector.KIND_NAMES)
def test_every_agent_has_a_name_and_its_fields(history, kind):
    names = inspector.agents(history, kind)
    assert len(set(names)) == len(names) == len(history.start.columns[kind]["class"])
    shown = inspector.fields(history, kind, len(names) - 1, "gallium")
    assert "<th scope=\"col\">unit</th>" in shown and not re.search(r"\bnan\b", shown)


def test_a_history_has_the_bits_of_a_world(history):
    world = World(history.start, 5)
    for _ in range(history.months):
        world.step()
    for name in ("paid", "hhi", "cohesion", "bite", "delivered"):
        assert (getattr(world.books, name)[..., 0] == getattr(history.books, name)[..., 0]).all()
