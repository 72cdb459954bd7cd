"""What the model's text must look like. Each lint takes a syntax tree and yields a line and what is wrong there."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

Complaints = Iterator[tuple[int, str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef

BRANCHES = (
    ast.If, ast.IfExp, ast.Match, ast.For, ast.AsyncFor, ast.While, ast.BoolOp, ast.Compare, ast.Try, ast.TryStar,
    ast.With, ast.AsyncWith, ast.comprehension, ast.Assert,
)  # fmt: skip
# Their result depends on NumPy's way of adding (pairwise, or by a library), `sum` on the version of Python.
SUMS = {
    "sum",
    "nansum",
    "mean",
    "nanmean",
    "average",
    "std",
    "var",
    "prod",
    "cumsum",
    "dot",
    "matmul",
    "einsum",
    "inner",
}
# Their last digit depends on the machine's library; abm.numerics has them.
FOREIGN = {"exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "power", "pow", "tanh", "logaddexp", "cbrt"}


def is_own_field(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def decorated(tree: ast.AST, *names: str) -> Iterator[Function]:
    """Functions under `@rule`, `@market(...)`, however imported."""
    for function in ast.walk(tree):
        if isinstance(function, Function):
            marks = [d.func if isinstance(d, ast.Call) else d for d in function.decorator_list]
            if any(ast.unparse(mark).split(".")[-1] in names for mark in marks):
                yield function


def methods(tree: ast.AST) -> Iterator[tuple[ast.ClassDef, Function]]:
    """What the schedule may call: methods, but those that start with an underscore."""
    for cls in ast.walk(tree):
        if isinstance(cls, ast.ClassDef):
            yield from ((cls, f) for f in cls.body if isinstance(f, Function) and not f.name.startswith("_"))


def targets(node: ast.AST) -> list[ast.expr]:
    """What a statement or expression writes."""
    match node:
        case ast.Assign():
            found: list[ast.expr] = list(node.targets)
        case ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr():
            found = [node.target]
        case ast.Delete():
            found = list(node.targets)
        case _:
            return []
    while any(isinstance(t, ast.Tuple | ast.List) for t in found):
        found = [e for t in found for e in (t.elts if isinstance(t, ast.Tuple | ast.List) else [t])]
    return [t.value if isinstance(t, ast.Starred) else t for t in found]


# Agents


def no_branch(tree: ast.AST) -> Complaints:
    for cls, method in methods(tree):
        for node in ast.walk(method):
            if isinstance(node, BRANCHES):
                line = getattr(node, "lineno", method.lineno)
                yield line, f"{cls.name}.{method.name}: {type(node).__name__} belongs in a @rule"


def own_fields_only(tree: ast.AST) -> Complaints:
    for cls, method in methods(tree):
        for node in ast.walk(method):
            where = f"{cls.name}.{method.name}"
            if isinstance(node, ast.AugAssign):
                yield node.lineno, f"{where}: write x = x + y; in place it changes an array that others may hold"
            for target in targets(node):
                if not isinstance(target, ast.Name) and not is_own_field(target):
                    yield target.lineno, f"{where}: writes {ast.unparse(target)}; an agent writes only its own fields"
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr", "object.__setattr__"):
                yield node.lineno, f"{where}: {ast.unparse(node.func)} hides what is written"


def no_aliasing(tree: ast.AST) -> Complaints:
    """Agent by agent, a neighbour's field is new or old by the order of visits; of a table it is always old."""
    for cls, method in methods(tree):
        own = {f.name: f for f in cls.body if isinstance(f, Function)}
        reached: list[Function] = []
        ahead: list[Function] = [method]
        while ahead:
            if (function := ahead.pop()) not in reached:
                reached.append(function)
                calls = (n.func for n in ast.walk(function) if isinstance(n, ast.Call))
                ahead += [own[c.attr] for c in calls if is_own_field(c) and c.attr in own]
        nodes = [node for function in reached for node in ast.walk(function)]
        written = {t.attr for node in nodes for t in targets(node) if is_own_field(t)}
        locals_ = aliases(nodes)
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in written:
                first, *rest = path_of(node)
                path = [*locals_.get(first, [first]), *rest]
                if path[0] == "self" and len(path) > 2 and path[1] != "model":
                    yield node.lineno, f"{cls.name}.{method.name}: reads {'.'.join(path)}, writes self.{node.attr}"


def aliases(nodes: list[ast.AST]) -> dict[str, list[str]]:
    """What local names stand for: {"home": ["self", "home"]}."""
    found: dict[str, list[str]] = {}
    for node in sorted((n for n in nodes if isinstance(n, ast.Assign)), key=lambda n: n.lineno):
        for target in node.targets:
            both = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            for name, value in zip(target.elts, node.value.elts, strict=False) if both else [(target, node.value)]:
                if isinstance(name, ast.Name):
                    first, *rest = path_of(value)
                    found[name.id] = [*found.get(first, [first]), *rest]
    return found


def path_of(node: ast.AST) -> list[str]:
    """The names of an attribute chain, without indices: ["self", "home", "licensed"]; [""] if it starts elsewhere."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript):
        names += [node.attr] if isinstance(node, ast.Attribute) else []
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(names)]


def no_literal_in_rule_call(tree: ast.AST) -> Complaints:
    """A Python float among a rule's operands keeps the loop from SIMD, and it is a parameter without a name."""
    rules = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
        if re.search(r"\b(rules|instruments)\b", f"{getattr(node, 'module', None) or ''}.{alias.name}")
    }
    for cls, method in methods(tree):
        for call in ast.walk(method):
            if not isinstance(call, ast.Call) or path_of(call.func)[0] not in rules:
                continue
            for argument in [*call.args, *(k.value for k in call.keywords)]:
                for node in outside_indices(argument):
                    if is_number(node):
                        text = ast.unparse(node)
                        yield node.lineno, f"{cls.name}.{method.name}: {text} in a rule call; make it a parameter"


def outside_indices(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in [node.value] if isinstance(node, ast.Subscript) else ast.iter_child_nodes(node):
        yield from outside_indices(child)


def is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float, complex)


# Rules and markets


def rule_numbers(tree: ast.AST) -> Complaints:
    for function in decorated(tree, "rule", "helper"):
        for node in ast.walk(function):
            if is_number(node) and node.value not in (0, 1):
                yield node.lineno, f"{function.name}: {node.value}; a rule knows 0, 1 and named parameters"


def rule_docstrings(tree: ast.AST) -> Complaints:
    for function in decorated(tree, "rule"):
        if not re.match(r"R\d+\b", ast.get_docstring(function) or ""):
            yield function.lineno, f"{function.name}: the docstring starts with the number of the rule, as R46"


def arguments_used(tree: ast.AST) -> Complaints:
    for function in decorated(tree, "rule", "market"):
        a = function.args
        named = [arg.arg for arg in [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]]
        read = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        for name in named:
            if name not in read:
                yield function.lineno, f"{function.name}: argument {name} is not used"


def no_power_operator(tree: ast.AST) -> Complaints:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
            yield node.lineno, "** differs between machines: x * x, or abm.numerics.power"


def own_mathematics(tree: ast.AST) -> Complaints:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in FOREIGN and path_of(node)[0] in ("np", "numpy", "math"):
            yield node.lineno, f"{ast.unparse(node)} differs between machines: take it from abm.numerics"
        if isinstance(node, ast.ImportFrom) and node.module in ("math", "numpy"):
            for alias in node.names:
                if alias.name in FOREIGN:
                    yield node.lineno, f"{node.module}.{alias.name} differs between machines: take it from abm.numerics"


def no_contiguous_arrays(tree: ast.AST) -> Complaints:
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            if "::1" in node.value:
                yield node.lineno, "::1 is not checked and reads a strided array wrongly: write [:]"


# All of them


def addressed_chance(tree: ast.AST) -> Complaints:
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                parts = {p for a in node.names for p in f"{getattr(node, 'module', '') or ''}.{a.name}".split(".")}
                found = bool(parts & {"random", "secrets"})
            case ast.Name():
                found = node.id == "random"
            case ast.Attribute():
                found = node.attr in ("random", "rng")
            case _:
                found = False
        if found:
            yield node.lineno, "chance has an address: take it from draw"


def ordered_sums(tree: ast.AST) -> Complaints:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id="sum" as name)) if name in SUMS:
                yield node.lineno, f"{name}: the last digit depends on the order of adding; loop in a @market"
            case ast.Attribute(attr="reduce" | "accumulate" | "reduceat"):
                yield node.lineno, f"{node.attr}: the last digit depends on the order of adding; loop in a @market"
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                yield node.lineno, "@: the last digit depends on the order of adding; loop in a @market"


def exact_sums(tree: ast.AST) -> Complaints:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum":
            yield node.lineno, "sum: Python 3.12 adds floats otherwise than 3.11: take math.fsum"


def no_fastmath(tree: ast.AST) -> Complaints:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "fastmath":
            yield node.value.lineno, "fastmath lets the compiler change results"


Lint = Callable[[ast.AST], Complaints]
EVERYWHERE: tuple[Lint, ...] = (addressed_chance, ordered_sums, no_fastmath)
KERNELS: tuple[Lint, ...] = (
    rule_numbers, rule_docstrings, arguments_used, no_power_operator, own_mathematics, no_contiguous_arrays,
)  # fmt: skip
AGENTS: tuple[Lint, ...] = (no_branch, own_fields_only, no_aliasing, no_literal_in_rule_call)
LINTS: dict[str, tuple[Lint, ...]] = {
    "abm/agents": AGENTS + EVERYWHERE,
    "abm/rules": KERNELS + EVERYWHERE,
    "abm/markets": KERNELS + EVERYWHERE,
    "abm/instruments": KERNELS + EVERYWHERE,
    "abm/phases": EVERYWHERE,
    "abm": (exact_sums,),
    "experiments": (exact_sums,),
    "analysis": (exact_sums,),
}


def complaints(path: Path, lints: tuple[Lint, ...]) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return [f"{path}:{line} {what}" for lint in lints for line, what in lint(tree)]
