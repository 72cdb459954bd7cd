"""The tree keeps its own rules: who may import whom, clean tools, one version, no machine's paths."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

PACKAGES = ("abm", "experiments", "analysis")  # each may import those to its left
NEVER = {
    "abm": {"experiments", "analysis", "tests"},
    "experiments": {"analysis", "tests"},
    "analysis": {"tests"},
    "abm.world": {"abm.ensemble"},
}
# What these parts of abm may import from abm, besides themselves.
ONLY = {
    "abm.compiled": set(),
    "abm.numerics": {"abm.rulebook"},
    "abm.rulebook": {"abm.numerics", "abm.compiled"},
    "abm.rules": {"abm.rulebook", "abm.numerics"},
    "abm.markets": {"abm.rulebook", "abm.numerics", "abm.rules"},
    "abm.agents": {"abm.rulebook", "abm.rules", "abm.instruments"},
    "abm.phases": {"abm.agents", "abm.errors", "abm.instruments", "abm.markets", "abm.rules"},
}
ALONE = {"abm.rules"}  # nothing from outside abm either: a rule is plain scalar code


def imported(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything a file imports, wherever in the file it does so."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            if node.args and isinstance(node.args[0], ast.Constant):
                yield node.lineno, str(node.args[0].value)


def layer(root: Path, name: str) -> str:
    """The part of the tree a dotted name belongs to: `abm.rules.politics` to `abm.rules`, `abm.World` to `abm`."""
    first, *rest = name.split(".")
    if first not in PACKAGES or not rest:
        return first
    second = f"{first}.{rest[0]}"
    known = second in ONLY or second in NEVER or any(second in allowed for allowed in [*ONLY.values(), *NEVER.values()])
    place = root / first / rest[0]
    return second if known or place.is_dir() or place.with_suffix(".py").exists() else first


def forbidden_imports(root: Path) -> list[str]:
    """Every import in the packages under `root` that points the wrong way, as `file:line importer -> imported`."""
    found = []
    for path in sorted(p for package in PACKAGES for p in (root / package).rglob("*.py")):
        relative = path.relative_to(root)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        home = layer(root, module)
        for line, name in imported(path, module):
            target = layer(root, name)
            outside = target.split(".")[0] not in PACKAGES
            wrong = any(target in NEVER.get(importer, ()) for importer in {home, home.split(".")[0]})
            if home in ONLY and not outside:
                wrong |= target != home and target not in ONLY[home]
            if home in ALONE and outside:
                wrong |= target != "__future__"
            if wrong:
                found.append(f"{relative.as_posix()}:{line} {home} -> {name}")
    return found


def test_imports_point_one_way(root):
    assert forbidden_imports(root) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("abm/world.py", "import experiments.runner"),
        ("abm/world.py", "def late():\n    from abm.ensemble import Ensemble"),
        ("abm/world.py", "from . import ensemble"),
        ("abm/world.py", "import importlib\nimportlib.import_module('analysis.cli')"),
        ("abm/rules/politics.py", "from abm.agents.state import State"),
        ("abm/rules/politics.py", "from ..markets import clearing"),
        ("abm/rules/politics.py", "import numpy as np"),
        ("abm/rules/__init__.py", "from ..world import World"),
        ("abm/markets/clearing.py", "from abm.agents import State"),
        ("abm/agents/miner.py", "from abm.markets import clearing"),
        ("abm/agents/miner.py", "from abm import World"),
        ("abm/numerics.py", "from abm.rules import production"),
        ("experiments/runner.py", "from analysis import statistics"),
        ("analysis/cli.py", "from tests.helper import small_world"),
    ],
)
def test_a_forbidden_import_is_reported(tmp_path, path, line):
    plant(tmp_path, path, line)
    assert [report.split(":")[0] for report in forbidden_imports(tmp_path)] == [path]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("abm/world.py", "from abm import schedule"),
        ("abm/ensemble.py", "from abm.world import World"),
        (
            "abm/rules/politics.py",
            "from abm.rulebook import rule\nfrom ..numerics import exp\nfrom . import beliefs",
        ),
        ("abm/rules/__init__.py", "from .politics import reversal"),
        ("abm/markets/clearing.py", "import numpy as np\nfrom abm.rules import production"),
        ("abm/agents/miner.py", "import mesa\nfrom abm import rules\nfrom abm.instruments.offtake import Offtake"),
        ("experiments/runner.py", "from abm import World"),
        ("analysis/cli.py", "from experiments import runner\nfrom abm import Scenario"),
    ],
)
def test_an_allowed_import_is_not_reported(tmp_path, path, line):
    plant(tmp_path, path, line)
    assert forbidden_imports(tmp_path) == []


def plant(root: Path, path: str, text: str) -> None:
    """Writes a file of a small tree of its own."""
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text(text + "\n", encoding="utf-8")


def test_every_folder_with_code_is_a_package(root):
    """A folder without `__init__.py` would be left out of a built distribution."""
    folders = {path.parent for package in PACKAGES for path in (root / package).rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def run_tool(root: Path, *words: str) -> None:
    """Runs a tool of this interpreter in `root`; what it says becomes the failure message."""
    done = subprocess.run([sys.executable, "-m", *words], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing(root):
    run_tool(root, "ruff", "check", ".")


def test_mypy_finds_nothing(root):
    with_code = [package for package in PACKAGES if any((root / package).rglob("*.py"))]
    run_tool(root, "mypy", *with_code)


def test_one_version(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r'^version: "?([^"\s]+)', citation, re.MULTILINE) == [project["version"]]


# Spelled in pieces, so that this file does not report itself.
FOREIGN = re.compile(
    r"/w(?:ork)/|/r(?:oot)/|/f(?:arm)/"
    r"|py(?:pi)\.org|python(?:hosted)|npm(?:js)\.(?:org|com)|deb\.(?:debian)\.org",
    re.IGNORECASE,
)


def foreign_addresses(text: str) -> list[str]:
    """Lines that name a machine's own folders or a package registry."""
    return [line.strip()[:140] for line in text.splitlines() if FOREIGN.search(line)]


def project_files(root: Path) -> list[Path]:
    """The files git tracks or would track; without git (an unpacked archive), all but hidden and written folders."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
        if listed.returncode == 0:
            return [root / name for name in listed.stdout.split("\0") if name and (root / name).is_file()]
    ours = (path for path in root.iterdir() if path.name[0] != "." and path.name not in ("results", "build", "dist"))
    inside = (path for top in ours for path in ([top] if top.is_file() else top.rglob("*")))
    return [path for path in inside if path.is_file()]


def test_no_machine_paths_or_registry_addresses(root):
    found = []
    for path in project_files(root):
        content = path.read_bytes()
        if path.suffix != ".svg" and b"\0" not in content:
            lines = foreign_addresses(content.decode("utf-8", "replace"))
            found += [f"{path.relative_to(root).as_posix()}: {line}" for line in lines]
    assert found == []


@pytest.mark.parametrize(("folder", "expected"), [("work", 1), ("root", 1), ("farm", 1), ("workers", 0)])
def test_a_machine_path_is_reported(folder, expected):
    assert len(foreign_addresses(f"data = '/{folder}/tables'\nmore = 'tables'")) == expected
