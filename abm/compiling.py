"""The model compiled for this machine over several processes at once: what each compiles, the others find on disk."""

import ast
import math
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from .compiled import code_folder, sources
from .numerics import PURE

HERE = Path(__file__).resolve().parent
PACKAGES = ("rules", "markets")
SECONDS = {"rule": 0.15, "market": 0.5, "routine": 3.0}  # that each took to compile on one core


def compile_all(workers: int | None = None) -> None:
    """Compiles the rules and markets that are not yet on disk; does nothing where there is little to gain. What fails
    here fails again, and is heard of, when it is imported."""
    missing = [] if PURE else [module for module in weights() if not is_compiled(module)]
    count = min(workers or os.cpu_count() or 1, len(missing))
    if count < 2:
        return
    root = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-c", "import sys; from abm.compiling import load; load(sys.argv[1:])"]
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    processes = []
    try:
        for modules in dealt(missing, count):
            environment = os.environ | {"PYTHONPATH": root}
            processes.append(subprocess.Popen([*command, *modules], env=environment, **quiet))
        for process in processes:
            process.wait()
    finally:
        for process in processes:
            process.kill()


def load(modules: list[str]) -> None:
    """Imports modules, which compiles them."""
    for module in modules:
        import_module(module)


def weights() -> dict[str, float]:
    """Modules with rules or markets, and about how many seconds each takes to compile. A routine is compiled where it
    is used."""
    found = {}
    for package in PACKAGES:
        for path in sorted((HERE / package).glob("*.py")):
            if own := decorators(path, ("rule", "market")):
                routines = [mark for source in sources(path) for mark in decorators(source, ("routine",))]
                found[f"{__package__}.{package}.{path.stem}"] = math.fsum(SECONDS[mark] for mark in own + routines)
    return found


def decorators(path: Path, wanted: tuple[str, ...]) -> list[str]:
    """Those of the wanted names that stand above the functions of a file."""
    functions = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.FunctionDef)]
    marks = [mark.func if isinstance(mark, ast.Call) else mark for node in functions for mark in node.decorator_list]
    return [mark.id for mark in marks if isinstance(mark, ast.Name) and mark.id in wanted]


def is_compiled(module: str) -> bool:
    """Whether a module, as it reads now, has compiled code on disk."""
    path = HERE.joinpath(*module.split(".")[1:]).with_suffix(".py")
    return any(code_folder(path, module).rglob("*.nbi"))


def dealt(modules: list[str], hands: int) -> list[list[str]]:
    """Modules in lists of about the same weight: the heaviest first, each to the list that has least."""
    weight = weights()
    lists: list[list[str]] = [[] for _ in range(hands)]
    for module in sorted(modules, key=lambda name: -weight[name]):
        min(lists, key=lambda one: math.fsum(weight[name] for name in one)).append(module)
    return lists
