"""Worked examples: every rule has at least one, stated by its arguments' names and computed by hand."""

import importlib
import inspect
import pkgutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

import abm.rules
from abm.rulebook import RULES

FILES = sorted(Path(__file__).parent.glob("rules/*.toml"))
EXAMPLES = [
    pytest.param(path.stem, rule, case, id=f"{rule}: {case['why']}")
    for path in FILES
    for rule, cases in tomllib.loads(path.read_text("utf-8")).items()
    for case in cases
]
for module in pkgutil.walk_packages(abm.rules.__path__, "abm.rules."):
    importlib.import_module(module.name)
STATED = {name: f for name, f in RULES.items() if f.__module__.startswith("abm.rules.")}


@pytest.mark.parametrize(("file", "rule", "case"), EXAMPLES)
def test_worked_example(file, rule, case):
    compiled = getattr(importlib.import_module(f"abm.rules.{file}"), rule)
    names = list(inspect.signature(STATED[rule]).parameters)
    assert sorted(case["with"]) == sorted(names)
    values = [float(case["with"][name]) for name in names]
    with np.errstate(all="ignore"):  # both sides of a choice may be computed
        one, table = compiled(*values), compiled(*[np.full((3, 5), v) for v in values])
    assert one == pytest.approx(case["gives"], rel=1e-14, abs=1e-300)
    assert (table == one).all()


def test_every_rule_has_an_example_in_the_file_of_its_name():
    shown = {(p.values[0], p.values[1]) for p in EXAMPLES}
    assert {(f.__module__.rsplit(".", 1)[1], name) for name, f in STATED.items()} == shown
