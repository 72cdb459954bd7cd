"""The model is compiled over several processes, each module once."""

import os
import subprocess
import sys

from abm import compiling

TWO = """
from abm import compiling
compiling.weights = lambda: {"abm.rules.border": 1, "abm.rules.beliefs": 1}
before = [compiling.is_compiled(module) for module in compiling.weights()]
compiling.compile_all(2)
print(before, [compiling.is_compiled(module) for module in compiling.weights()])
compiling.subprocess = None  # a second time there is nothing to do, and no process to start
compiling.compile_all(2)
"""


def test_every_module_is_dealt_once_and_the_hands_are_about_even():
    weights = compiling.weights()
    assert {"abm.markets.clearing", "abm.rules.investment"} <= weights.keys()
    assert "abm.markets.tile" not in weights  # all routines, which are compiled with what uses them
    for count in (1, 2, 5):
        hands = compiling.dealt(list(weights), count)
        assert sorted(module for hand in hands for module in hand) == sorted(weights)
        loads = [sum(weights[module] for module in hand) for hand in hands]
        assert max(loads) - min(loads) <= max(weights.values())


def test_what_is_missing_is_compiled_by_processes_of_its_own(root, tmp_path):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", TWO], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[False, False] [True, True]"
