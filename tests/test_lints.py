"""The lints hold for the model, and each finds what it is there to find."""

import ast

import pytest

from tests import lints

pytestmark = pytest.mark.once


@pytest.mark.parametrize("folder", lints.LINTS)
def test_the_model_keeps_its_rules(root, folder):
    found = [c for path in sorted((root / folder).rglob("*.py")) for c in lints.complaints(path, lints.LINTS[folder])]
    assert found == []


def agent(body: str) -> str:
    """A method of an agent, in a file that has rules under two names."""
    head = ["from ..rules import production", "from ..rules.beliefs import hazard", "class Miner(Firm):"]
    return "\n".join([*head, "  def produce(self):", *(f"    {line}" for line in body.splitlines())])


def rule(body: str, arguments: str = "x", doc: str = "R46  Value (USD/t).") -> str:
    return f'@rule\ndef value({arguments}):\n    """{doc}"""\n    {body}\n'


@pytest.mark.parametrize(
    ("lint", "bad"),
    [
        *[
            (lints.no_branch, agent(body))
            for body in [
                "if w.open: self.x = w.x",
                "self.x = w.x if w.open else w.y",
                "for m in w.minerals: self.x = m",
                "while w.open: pass",
                "self.x = w.x and w.y",
                "self.x = w.x > w.y",
                "self.x = 1 < w.x < w.y",
                "self.x = [m for m in w.minerals]",
                "try: self.x = w.x\nexcept KeyError: pass",
                "with w.open: pass",
                "match w.kind:\n  case 1: pass",
                "f = lambda: w.x if w.open else w.y",
            ]
        ],
        *[
            (lints.own_fields_only, agent(body))
            for body in [
                "self.x += w.x",
                "x = self.x\nx += w.x",
                "w.x = self.x",
                "self.home.x = self.x",
                "self.x[0] = w.x",
                "self.x, w.y = w.both",
                "self.x, *w.y = w.both",
                "self.x = w.y = w.z",
                "del self.home.x",
                "setattr(self, 'x', w.x)",
                "w.x: float = self.x",
            ]
        ],
        *[
            (lints.no_aliasing, agent(body))
            for body in [
                "self.x = self.home.x",
                "self.x = production.output(self.home.x, w.y)",
                "self.x = self.home.x[self.mineral]",
                "self.x = self.home.club.leader.x",
                "home = self.home\nself.x = home.x",
                "w, home = self.model, self.home\nself.x = home.x",
                "home = self.home\nleader = home.leader\nself.x = leader.x",
                "self.y = self.home.x\nself.x = w.x",
                "self.x, self.y = w.both\nself.z = self.home.y",
            ]
        ],
        (lints.no_aliasing, agent("self.look()\nself.x = w.x") + "\n  def look(self):\n    self.y = self.home.x"),
        *[
            (lints.no_literal_in_rule_call, agent(body))
            for body in [
                "self.x = production.output(self.y, 0.3)",
                "self.x = production.output(self.y, 1)",
                "self.x = production.output(self.y, -1.0)",
                "self.x = production.output(self.y, 0.3 * w.y)",
                "self.x = production.output(self.y, rate=0.3)",
                "self.x = hazard(self.y, 2.0)",
                "self.x = production.output(hazard(1.0 - self.y))",
            ]
        ],
        *[
            (lints.rule_numbers, rule(f"return {value}"))
            for value in ["x * 2", "x * 0.5", "x - 1e-9", "-2.0 * x", "x if x > 12 else 0.0", "max(x, 1j)"]
        ],
        (lints.rule_numbers, "@helper\ndef f(x):\n    return x / 12.0"),
        (lints.rule_docstrings, rule("return x", doc="Value, R46.")),
        (lints.rule_docstrings, rule("return x", doc="")),
        (lints.rule_docstrings, "@rule\ndef f(x):\n    return x"),
        (lints.rule_docstrings, "@rulebook.rule\ndef f(x):\n    return x"),
        (lints.arguments_used, rule("return x", "x, y")),
        (lints.arguments_used, rule("y = x\n    return x", "x, y")),
        (lints.arguments_used, '@market("f8[:],f8,f8[:]", layout="(r),()->(r)")\ndef f(x, y, out):\n    out[:] = x'),
        (lints.no_power_operator, "y = x**2"),
        (lints.no_power_operator, "x **= 0.5"),
        (lints.own_mathematics, "y = np.exp(x)"),
        (lints.own_mathematics, "y = math.log(x)"),
        (lints.own_mathematics, "from math import exp"),
        (lints.own_mathematics, "from numpy import log1p as f"),
        (lints.no_contiguous_arrays, '@market("f8[::1],f8[:]", layout="(r)->(r)")\ndef f(x, out): pass'),
        (lints.no_contiguous_arrays, 'OUT = "f8[:,::1]"'),
        (lints.addressed_chance, "import random"),
        (lints.addressed_chance, "from random import gauss"),
        (lints.addressed_chance, "from numpy.random import default_rng"),
        (lints.addressed_chance, "u = np.random.rand()"),
        (lints.addressed_chance, agent("self.x = self.random.random()")),
        (lints.addressed_chance, agent("self.x = self.model.random.random()")),
        (lints.addressed_chance, agent("self.x = self.model.rng.uniform()")),
        (lints.ordered_sums, "y = np.sum(x)"),
        (lints.ordered_sums, "y = x.sum(axis=0)"),
        (lints.ordered_sums, "y = sum(x)"),
        (lints.ordered_sums, "y = x.mean()"),
        (lints.ordered_sums, "y = np.add.reduce(x)"),
        (lints.exact_sums, "y = sum(x)"),
        (lints.ordered_sums, "y = a @ b"),
        (lints.no_fastmath, "@njit(fastmath=True)\ndef f(x): return x"),
        (lints.no_fastmath, "@njit(fastmath={'contract'})\ndef f(x): return x"),
    ],
)  # fmt: skip
def test_a_lint_finds(lint, bad):
    assert list(lint(ast.parse(bad)))


GOOD_AGENT = """
from ..rules import production
from .exchange import exchange
class Refiner(Firm):
    capacity = Field("t/month", "installed capacity", 1.0)
    def __init__(self, model, size):
        super().__init__(model)
        if size > 1.0: model.size = size
    def produce(self):
        w, home = self.model, self.home
        at = self.mineral, self.node
        before = self.output
        self.output = production.output(self.capacity, w.log_ask[0, at], w.output, home.licensed[-1], before)
        self.arriving, self.x = exchange(self.arriving, w.month % 12, 1.0 - self.output), super().x
        self.draw(NOISE, "mineral")
"""
GOOD_MARKET = '''
OUT = "f8[:,:],f8[:]"
@rule
def trigger(variance, rate):
    """R47  Trigger (1). Not f8[::1]."""
    root = rate
    return 1.0 + sqrt(root / variance) if variance > 0.0 else -1.0
@market(OUT, layout="(n,r)->(r)")
def total(x, out):
    """Never f8[::1]."""
    out[:] = 0.0
    for i in range(x.shape[0]):
        out[:] += x[i] * 2.0
'''


def test_a_lint_leaves_good_code_alone():
    assert [c for lint in lints.AGENTS + lints.EVERYWHERE for c in lint(ast.parse(GOOD_AGENT))] == []
    assert [c for lint in lints.KERNELS + lints.EVERYWHERE for c in lint(ast.parse(GOOD_MARKET))] == []


def test_a_complaint_says_where(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\ny = x**2\n")
    assert lints.complaints(tmp_path / "a.py", lints.KERNELS) == [
        f"{tmp_path / 'a.py'}:2 ** differs between machines: x * x, or abm.numerics.power"
    ]
