"""A server of one's own and a visitor in headless Chromium."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
PATIENCE = 120.0  # seconds: the model may have to be compiled first
LOCAL = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost|\[::1\])[:/]|(data|blob|about|chrome):")
FLAGS = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --window-size=1280,1000
"""
RECORDER = """
import os, sys

def heard(event, args, path=os.environ["CONNECTIONS"]):
    if event in ("socket.connect", "socket.getaddrinfo"):
        with open(path, "a") as file:
            file.write(repr(args[1] if event == "socket.connect" else args[0]) + "\\n")

sys.addaudithook(heard)
"""


class Server:
    """`mineralclub` with these words, on a port that is free; every connection that it opens is written down."""

    def __init__(self, folder: Path, *words: str):
        (folder / "sitecustomize.py").write_text(RECORDER)
        self.connections = folder / "connections.txt"
        self.connections.touch()
        self.errors = folder / "stderr.txt"
        path = os.pathsep.join([str(folder), str(Path(__file__).resolve().parents[2])])
        known = os.environ | {"PYTHONPATH": path, "CONNECTIONS": str(self.connections)}
        with self.errors.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "analysis.cli", *words, "--port", "0"], cwd=folder, env=known, stderr=stderr
            )
        self.address = wait(self._address)

    def _address(self) -> str | None:
        assert self.process.poll() is None, self.errors.read_text()
        found = re.search(r"http://\S+", self.errors.read_text())
        return found and found[0]

    def stop(self) -> int:
        """As Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)

    def reached(self) -> list[str]:
        """Addresses and names that it asked for."""
        return self.connections.read_text().splitlines()


@contextlib.contextmanager
def visitor(folder: Path) -> Iterator["Visitor"]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in [*FLAGS.split(), f"--user-data-dir={folder}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield Visitor(driver)
    finally:
        driver.quit()


class Visitor:
    def __init__(self, driver: Any):
        self.driver = driver
        self.said: list[dict[str, Any]] = []

    def settled(self, when: str) -> None:
        """Waits until all is drawn after that month, the inspector last."""
        wait(lambda: self.texts(".mc-inspector h3 small") == [when])

    def open(self, address: str) -> None:
        self.driver.get(address)
        self.settled("before the first month")

    def all(self, css: str) -> list[Any]:
        return self.driver.find_elements("css selector", css)

    def texts(self, css: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)"
        return self.driver.execute_script(script, css)

    def attributes(self, css: str, name: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.getAttribute(arguments[1]))"
        return self.driver.execute_script(script, css, name)

    @property
    def month(self) -> str:
        return self.texts(".mc-month")[0]

    @property
    def keys(self) -> list[str]:
        return [text.removeprefix("key ") for text in self.texts(".mc-title small")]

    def press(self, text: str) -> None:
        wait(lambda: self._button(text) and self._button(text).is_enabled())
        self.driver.execute_script("arguments[0].click()", self._button(text))

    def _button(self, text: str) -> Any:
        return next((button for button in self.all(".mc-tools button") if button.text.strip() == text), None)

    def tick(self, label: str) -> None:
        """The checkbox of the toolbar."""
        (box,) = [box for box in self.all(".mc-tools .v-input--checkbox") if label in box.text]
        self.driver.execute_script("arguments[0].querySelector('input').click()", box)

    def unfold(self, head: str, side: int = 0) -> None:
        """A section of the forms of one history."""

        def found() -> list[Any]:
            return [summary for summary in self.all(".mc-forms summary") if summary.text.startswith(head)]

        wait(lambda: len(found()) > side)
        self.driver.execute_script("arguments[0].parentElement.open = true", found()[side])

    def type(self, label: str, text: str, which: int = 0) -> None:
        """Into the field with this label; Enter."""
        from selenium.webdriver.common.keys import Keys

        def fields() -> list[Any]:
            seen = [field for field in self.all(".mc-field") if field.is_displayed()]
            return [field for field in seen if field.find_element("tag name", "label").text == label]

        wait(lambda: len(fields()) > which)
        box = fields()[which].find_element("tag name", "input")
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(text + Keys.ENTER)

    def numbers(self, panel: str, line: int = 0, side: str = "A") -> list[tuple[float, float]]:
        """Points of a line of a chart, as drawn."""
        css = f'.mc-{side} svg[aria-label^="{panel}"] polyline'
        points = self.attributes(css, "points")[line]
        return [tuple(map(float, point.split(","))) for point in points.split()]  # type: ignore[misc]

    def newest(self, panel: str, side: str = "A") -> dict[str, str]:
        """What the legend of a chart says: label -> number."""
        (said,) = self.attributes(f'.mc-{side} svg[aria-label^="{panel}"]', "aria-label")
        return dict(part.rsplit(" ", 1) for part in said.partition(": ")[2].split("; "))

    def requests(self) -> list[str]:
        """Every address the page asked for so far."""
        self.said += [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = ("Network.requestWillBeSent", "Network.webSocketCreated")
        parts = [m["params"] for m in self.said if m["method"] in sent]
        return [part["request"]["url"] if "request" in part else part["url"] for part in parts]


def wait(what: Any) -> Any:
    """What a question gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise TimeoutError("nothing came")
