"""`python -m experiments.benchmarks [--json]`: how fast the engine is, against one history agent by agent, against
other tools, and against the sum of its parts; `profile` tells where its time goes, `peers` only the other tools."""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from abm.errors import BadInput
from experiments.printing import CannotPrint, show

from .timing import FULL, QUICK, SCENARIO, Sizes, machine, say

NAME = "python -m experiments.benchmarks"
WHAT = __doc__
OK, INTERNAL, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
MOST = 100_000  # histories or months of a profile
PARTS = {"drivers": "drivers", "limit": "limit", "growth": "growth", "starts": "starts", "peers": "others"}  # modules


class Parser(argparse.ArgumentParser):
    """Complains in one line."""

    def __init__(self, command: str = "", says: str | None = WHAT):
        super().__init__(prog=f"{NAME} {command}".rstrip(), description=says, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        raise BadInput(message)

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """BadInput names a word that is no option, and the nearest."""
        asked, rest = self.parse_known_args(words)
        if rest:
            known = [word for action in self._actions for word in action.option_strings if word.startswith("--")]
            raise BadInput("no such option", value=rest[0].partition("=")[0], allowed=known)
        return asked


def measured(sizes: Sizes, only: str | None) -> dict[str, Any]:
    """What was measured, headline numbers by name first. Without other tools installed they are left out, which is
    said."""
    began = time.monotonic()
    numbers: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    for name in [only] if only else PARTS:
        try:
            found = importlib.import_module(f".{PARTS[name]}", __package__).measure(sizes)
        except ModuleNotFoundError as fault:
            if name != "peers":
                raise
            if only:
                raise absent(fault) from None
            say(f"peers: left out, as {fault.name} is not installed")
        else:
            numbers |= {key: value for key, value in found.items() if key not in PARTS}
            parts |= {key: value for key, value in found.items() if key in PARTS}
    head = {"scenario": SCENARIO, "quick": sizes == QUICK, "seconds": time.monotonic() - began, "machine": machine()}
    return head | numbers | parts


def absent(fault: ModuleNotFoundError) -> BadInput:
    what = "needs tools that are not installed"
    return BadInput(what, key="peers", value=fault.name, allowed="the extra `bench`")


def benchmark(words: Sequence[str]) -> None:
    from . import page

    parser = Parser()
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output and nothing else")
    parser.add_argument("--quick", action="store_true", help="a few months scaled up, once each: for trying")
    parser.add_argument("--only", metavar="PART", help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--from", dest="file", metavar="FILE", help="results of --json instead of measuring")
    parser.add_argument("--page", metavar="FILE", help="write tables and figure into this page, between its markers")
    asked = parser.read(words)
    if asked.only is not None and asked.only not in PARTS:
        raise BadInput("no such part", key="--only", value=asked.only, allowed=list(PARTS))
    if asked.file is not None and (asked.only is not None or asked.quick):
        raise BadInput("measures nothing", key="--from", value=asked.file, allowed="neither --only nor --quick with it")
    if asked.page is not None:  # before anything is measured
        page.halves(Path(asked.page))
        if asked.only is not None:
            raise BadInput("a page holds all parts", key="--only", value=asked.only, allowed="no --only with --page")
    found = measured(QUICK if asked.quick else FULL, asked.only) if asked.file is None else kept(Path(asked.file))
    if asked.page is not None:
        if absent_parts := [part for part in PARTS if part not in found and part != "peers"]:
            what = "a page holds all parts"
            raise BadInput(what, file=asked.file, key=absent_parts[0], allowed="results of all parts")
        write_page(Path(asked.page), found)
    show(json.dumps(found, indent=2) if asked.json else page.text(found))


def kept(file: Path) -> dict[str, Any]:
    """Results as `--json` printed them; BadInput if they are none."""
    from . import figure, page

    allowed = "what --json printed"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, RecursionError, ValueError) as fault:
        what = f"cannot be read ({type(fault).__name__})"
        raise BadInput(what, file=file, key="--from", allowed=allowed) from None
    missing = {"machine", "quick", "scenario", "seconds"} - set(found if isinstance(found, dict) else ())
    if missing:
        raise BadInput("not results", file=file, key=min(missing), allowed=allowed)
    try:  # whatever a hand has changed in them shows when they are set out
        page.text(found)
        if "growth" in found:
            figure.drawn(found["growth"])
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as fault:
        what = f"not results ({type(fault).__name__}: {' '.join(str(fault).split())})"
        raise BadInput(what, file=file, key="--from", allowed=allowed) from None
    return found


def write_page(path: Path, found: dict[str, Any]) -> None:
    """The page, and beside it the figure of growth if that was measured."""
    from experiments.store import write

    from . import figure, page

    picture = path.with_suffix(".png")
    made = page.rewritten(path, found, picture.name)
    if "growth" in found:
        write(picture, figure.drawn(found["growth"]))
    write(path, made)


def profile(words: Sequence[str]) -> None:
    from . import profile

    parser = Parser("profile", profile.__doc__)
    parser.add_argument("--runs", default="64", metavar="N", help="histories in lockstep (64)")
    parser.add_argument("--months", default="24", metavar="N", help="months measured (24)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output and nothing else")
    asked = parser.read(words)
    found = profile.profile(whole("--runs", asked.runs), whole("--months", asked.months))
    show(json.dumps(found, indent=2) if asked.json else profile.text(found))


def whole(key: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise BadInput("out of range", key=key, value=text, allowed=f"a whole number from 1 to {MOST}")
    return int(text)


def peers(words: Sequence[str]) -> None:
    try:
        peers = importlib.import_module(".peers", __package__)
    except ModuleNotFoundError as fault:
        raise absent(fault) from None
    parser = Parser("peers", peers.__doc__)
    parser.add_argument("--runs", default="384", metavar="N", help="runs of those that make many at once (384)")
    parser.add_argument("--repeats", default="5", metavar="N", help="times that all are measured in turn (5)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output and nothing else")
    asked = parser.read(words)
    found = peers.compare(whole("--runs", asked.runs), whole("--repeats", asked.repeats))
    show(json.dumps(found, indent=2) if asked.json else peers.text(found))


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {"profile": profile, "peers": peers}


def main(words: Sequence[str]) -> int:
    """The exit code of a command line; every error is one line."""
    try:
        if words and not words[0].startswith("-"):
            if words[0] not in COMMANDS:
                raise BadInput("no such command", value=words[0], allowed=list(COMMANDS))
            COMMANDS[words[0]](words[1:])
        else:
            benchmark(words)
    except BadInput as fault:
        return complain(str(fault), BAD_INPUT)
    except CannotPrint as fault:
        return complain(str(fault), INTERNAL)
    except KeyboardInterrupt:
        return complain("interrupted", INTERRUPTED)
    except Exception as fault:
        return complain(f"internal error: {type(fault).__name__}: {' '.join(str(fault).split())}", INTERNAL)
    return OK


def complain(line: str, code: int) -> int:
    print(f"{NAME}: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
