"""The page in a real browser: what is on it, what moves, what a lever does, and that nothing leaves the machine."""

import time

import pytest

from abm.log.words import short
from abm.record import REFINE, Record
from abm.scenario import Scenario
from abm.start import start_of
from abm.world import World

from .visitor import LOCAL, Server, visitor, wait

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.once]
FORM = {
    "name": "mine", "title": "A floor from 2026", "minerals": ["gallium"], "end": "2028-12",
    "coalition": {"price_floor": {"start": "2026-01", "level": 1.0}},
}  # fmt: skip
TOML = """
title = "A floor from 2026"
minerals = ["gallium"]
end = "2028-12"

[coalition.price_floor]
start = "2026-01"
level = 1.0
"""
LEVEL = 0.5  # typed on the page
SHAPES = 150
PICTURES = 4.0  # a second


def key(**floor: float) -> str:
    form = FORM | {"coalition": {"price_floor": FORM["coalition"]["price_floor"] | floor}}
    return start_of(Scenario.read(form)).key[:12]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    (folder / "mine.toml").write_text(TOML)
    running = Server(folder, "serve", "mine.toml", "--seed", "3")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="module")
def browser(server, tmp_path_factory):
    with visitor(tmp_path_factory.mktemp("profile")) as one:
        yield one


@pytest.fixture
def page(browser, server):
    """Opened anew, before the first month."""
    browser.open(server.address)
    return browser


def test_the_pane_is_full(page):
    assert page.month == "2025-01" and page.keys == [key()]
    assert len(page.all("main svg.mc-shapes > path")) > SHAPES
    assert page.texts(".mc-title")[0].startswith("A floor from 2026")
    said = page.texts("main")[0]
    for word in ("Coalition and flows of gallium", "Price of gallium", "Cooperation", "Pipeline", "What happened"):
        assert word in said
    assert all(box["height"] > 100 for box in page.driver.execute_script(
        "return [...document.querySelectorAll('main .mc-chart')].map(e => e.getBoundingClientRect().toJSON())"
    ))  # fmt: skip


def test_ten_steps_move_the_charts_by_what_a_world_does(page):
    for _ in range(10):
        page.press("Step")
    page.settled("after 2025-10")
    assert page.month == "2025-10"
    assert len(page.numbers("Concentration")) == 10 and len(page.numbers("Tension")) == 10
    start = start_of(Scenario.read(FORM))
    world, record = World(start, 3), Record(start, 1)
    for _ in range(10):
        world.step()
        record.take(world.books)
    prices, shares = page.newest("Price"), page.newest("Concentration")
    assert prices["paid abroad"] == short(record.price_paid[9, 0, 0])
    assert prices["list, outside"] == short(record.list_abroad[9, 0, 0])
    assert shares["HHI of refining"] == short(record.hhi[9, REFINE, 0, 0])
    page.press("Reset")
    page.settled("before the first month")
    assert page.month == "2025-01" and not page.attributes("main .mc-chart polyline", "points")


def test_a_lever_typed_on_the_page_is_in_the_key(page):
    page.unfold("Price floor")
    page.type("level", str(LEVEL))
    wait(lambda: page.keys == [key(level=LEVEL)])
    page.type("level", "-1")
    wait(lambda: page.all(".mc-fault"))
    assert "price_floor.level" in page.texts(".mc-fault")[0] and "allowed" in page.texts(".mc-fault")[0]
    assert page.keys == [key(level=LEVEL)]


def test_two_histories_are_equal_until_the_lever_bites(page):
    page.tick("Two histories")
    wait(lambda: page.keys == [key(), key()])
    page.unfold("Price floor", side=1)
    page.type("level", "3")
    wait(lambda: page.keys == [key(), key(level=3.0)])
    page.press("Step a year")
    page.settled("after 2025-12")
    for panel in ("Price", "Concentration", "Tension", "Pipeline"):
        assert page.numbers(panel) == page.numbers(panel, side="B") and page.newest(panel) == page.newest(panel, "B")
    page.press("Step a year")
    page.settled("after 2026-12")
    assert float(page.newest("Price", "B")["floor"].replace(",", "")) > float(
        page.newest("Price")["floor"].replace(",", "")
    )
    assert page.newest("Price")["paid abroad"] != page.newest("Price", "B")["paid abroad"]


def test_an_agent_and_the_terms_of_its_last_choice(page):
    for year in (2025, 2026, 2027, 2028):
        page.press("Step a year")
        page.settled(f"after {year}-12")
    terms = dict(line.split("\t") for line in wait(lambda: page.texts(".mc-sum"))[0].splitlines()[1:])
    *parts, total, payoff = [float(value.replace(",", "")) for value in terms.values()]
    assert len(parts) == 10 and total == payoff
    assert sum(parts) == pytest.approx(payoff, abs=0.06)
    assert "USD/year" in page.driver.execute_script("return document.querySelector('.mc-agent').textContent")


def test_it_plays(page):
    def seen() -> int:
        page.press("Reset")
        page.press("Play")
        months, end = set(), time.monotonic() + 2.0
        while time.monotonic() < end:
            months.add(page.month)
            time.sleep(0.02)
        page.press("Pause")
        return len(months)

    assert any(seen() >= 2.0 * PICTURES for _ in range(3))  # a busy machine gets another chance


def test_a_narrow_page_is_cut_nowhere(page):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        every = "[...document.querySelectorAll('.mc-page *')]"
        wide = f"return Math.max(...{every}.map(e => e.getBoundingClientRect().right))"
        assert page.driver.execute_script("return document.documentElement.scrollWidth") <= 390
        assert page.driver.execute_script(wide) <= 390
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nothing_leaves_the_machine_and_nothing_complains(page, server):
    page.press("Step")
    wait(lambda: "1 of 48" in page.texts(".mc-date")[0])
    asked = page.requests()
    assert any(address.startswith("ws://127.0.0.1") for address in asked)
    assert [address for address in asked if not LOCAL.match(address)] == []
    assert [entry for entry in page.driver.get_log("browser") if entry["level"] == "SEVERE"] == []
    assert [line for line in server.reached() if "127.0.0.1" not in line and "localhost" not in line] == []


def test_ctrl_c_ends_it(server):
    assert server.stop() == 130
    said = server.errors.read_text()
    assert "mineralclub: open http://127.0.0.1:" in said and "Traceback" not in said
