"""The verbs of the model: @rule (one agent), @market (all together), draw (chance with an address), Field (a quantity).

A rule is a scalar function of floats; compiled it is a NumPy ufunc, so one statement of it serves a single agent and
arrays [agent, run] alike. A market is a gufunc: it sees many agents at once and takes them in the order of their rows,
so that its sums are the same to the last bit. `ABM_PURE=1` leaves both uncompiled; the results have the same bits.
"""

import functools
import inspect
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np

from .compiled import ALIVE, Distinct, compiled_code
from .numerics import PURE, helper, plain, unbits

CONTIGUOUS = "::" + "1]"  # how Numba spells the last axis of an array without gaps
RULES: dict[str, Callable] = {}  # by name, as written: docstring, module and source, which a ufunc cannot carry
MARKETS: dict[str, Callable] = {}


def rule(function: Callable) -> Callable[..., Any]:
    """A scalar function of floats as a ufunc: floats give a float, arrays broadcast and give an array; takes `out=`."""
    register(RULES, function)
    count = len(inspect.signature(function).parameters)
    if PURE:
        scalar = plain(function)

        def store(*values):
            values[-1][0] = scalar(*values[:-1])

        return Plain(function, store, [",".join(["f8"] * (count + 1))], f"{','.join(['()'] * count)}->()")
    with compiled_code(function) as cache:
        # `.ufunc` is NumPy's own: a scalar call takes less than half the time of Numba's wrapper around it.
        ALIVE.append(numba.vectorize([f"f8({','.join(['f8'] * count)})"], nopython=True, cache=cache)(function))
    return ALIVE[-1].ufunc


def market(*types: str, layout: str, strided: bool = False) -> Callable[[Callable], Callable[..., Any]]:
    """A gufunc over many agents; runs are the last core axis: `@market("f8[:,:],f8[:]", layout="(n,r)->(r)")`.

    The function gets its inputs (scalars where the layout says `()`), then its outputs, to be written in place. Arrays
    are compiled as contiguous, which is what makes loops over them fast, and every call sees to it that they are.
    strided: takes arrays as they are instead, for what is called once an agent. Never write `::1`: NumPy does not
    check it, and a strided operand would give wrong numbers.
    """

    def decorate(function: Callable) -> Callable[..., Any]:
        register(MARKETS, function)
        if PURE:
            return Plain(function, plain(function), types, layout)
        with compiled_code(function) as cache:
            signatures = [f"void({t if strided else t.replace(':]', CONTIGUOUS)})" for t in types]
            ALIVE.append(numba.guvectorize(signatures, layout, nopython=True, cache=cache)(function))
        return ALIVE[-1].ufunc if strided else Contiguous(function, ALIVE[-1].ufunc, types[0])

    return decorate


class Contiguous:
    """A compiled market that is handed nothing but contiguous arrays of the types it was compiled for."""

    __name__: str

    def __init__(self, function: Callable, ufunc: Any, types: str):
        functools.update_wrapper(self, function)
        self.ufunc, self.nin, self.nout = ufunc, ufunc.nin, ufunc.nout
        self.types = re.findall(r"([a-z]\w*)", types)[: self.nin]

    def __call__(self, *given: Any, out: Any = None) -> Any:
        if len(given) != self.nin:
            raise TypeError(f"{self.__name__} takes {self.nin} arguments, {len(given)} were given")
        arrays = [
            np.asarray(x, order="C").astype(dtype, "C", "safe", copy=False)
            for x, dtype in zip(given, self.types, strict=True)
        ]
        targets = () if out is None else out if isinstance(out, tuple) else (out,)
        if all(target.flags.c_contiguous for target in targets):
            return self.ufunc(*arrays, out=targets) if targets else self.ufunc(*arrays)
        results = self.ufunc(*arrays)
        for target, result in zip(targets, results if self.nout > 1 else (results,), strict=True):
            target[...] = result
        return out


def routine(function: Callable) -> Callable[..., Any]:
    """A compiled function that markets share and that is too long to be copied into each (see `helper`). No array that
    it writes may overlap another of its arguments: it is compiled in that knowledge."""
    if PURE:
        return plain(function)
    with compiled_code(function) as cache:
        return numba.njit(cache=cache, error_model="numpy", nogil=True, pipeline_class=Distinct)(function)


def register(book: dict[str, Callable], function: Callable) -> None:
    """Enters a function under its name, which no other file may use."""
    name, known = function.__name__, book.get(function.__name__)
    if known and known.__code__.co_filename != function.__code__.co_filename:
        raise ValueError(f"{function.__module__}.{name}: {known.__module__} has a {name} already; choose another name")
    book[name] = function


class Plain:
    """A function called as NumPy calls a gufunc: broadcasts, allocates, then one plain Python call for each place."""

    def __init__(self, function: Callable, kernel: Callable, types: list[str] | tuple[str, ...], layout: str):
        functools.update_wrapper(self, function)
        self.__name__ = function.__name__
        sides = [re.findall(r"\(([^)]*)\)", side) for side in layout.replace(" ", "").split("->")]
        self.nin, self.nout = len(sides[0]), len(sides[1])
        self.cores = [tuple(core.split(",")) if core else () for core in sides[0] + sides[1]]
        self.types = [re.findall(r"([a-z]\w*)", t) for t in types]
        self.kernel = kernel

    def __call__(self, *given, out=None):
        outs = () if out is None else out if isinstance(out, tuple) else (out,)
        if len(given) != self.nin or len(outs) not in (0, self.nout):
            raise TypeError(f"{self.__name__} takes {self.nin} arguments, {len(given)} were given")
        arrays = [np.asarray(x) for x in given]
        fits = (t for t in self.types if all(map(np.can_cast, [a.dtype for a in arrays], t)))
        if (kinds := next(fits, None)) is None:
            raise TypeError(f"{self.__name__} takes {self.types}, not {[a.dtype.name for a in arrays]}")
        arrays = [a.astype(kind) for a, kind in zip(arrays, kinds, strict=False)]
        sizes: dict[str, int] = {}
        loops = []
        for array, core in zip([*arrays, *outs], self.cores, strict=False):
            places = array.ndim - len(core)
            if places < 0 or any(sizes.setdefault(c, n) != n for c, n in zip(core, array.shape[places:], strict=True)):
                raise ValueError(f"{self.__name__}: {array.shape} does not fit ({','.join(core)}), {sizes}")
            loops.append(array.shape[:places])
        loop = np.broadcast_shapes(*loops)
        shapes = [loop + tuple(sizes[c] for c in core) for core in self.cores]
        arrays = [np.broadcast_to(a, shape) for a, shape in zip(arrays, shapes, strict=False)]
        results = [np.empty(shape, kind) for shape, kind in zip(shapes, kinds, strict=True)][self.nin :]
        with np.errstate(all="ignore"):
            for at in np.ndindex(loop):
                self.kernel(*(a[at] for a in arrays), *(r[at] if r.ndim > len(at) else r[(*at, None)] for r in results))
        for target, result in zip(outs, results, strict=False):
            target[...] = result
        answers = outs or tuple(result[()] for result in results)
        return answers if self.nout > 1 else answers[0]


# Chance: a number depends on its address alone, so the same shock meets the same agent under every policy, in any
# order and on any number of processors.


def slot_of(*words: str) -> int:
    """The address of an agent in every draw: 32 bits of its identity, such as ("Miner", "Chile", "copper").

    It does not depend on who else is there: adding an agent changes nobody's luck. Two agents share an address by
    accident in 1 of 10,000 worlds of a thousand agents; whoever builds a world must check.
    """
    return zlib.crc32("/".join(words).encode())


if PURE:

    def word(n):
        return int(n) & 0xFFFFFFFFFFFFFFFF

else:
    word = np.uint64

LOW, HALF = word(0xFFFFFFFF), word(32)
MULTIPLY_0, MULTIPLY_2, STEP_0, STEP_1 = word(0xD2511F53), word(0xCD9E8D57), word(0x9E3779B9), word(0xBB67AE85)


@helper
def philox_words(key0, key1, c0, c1, c2, c3):
    """Philox4x32-10: four random 32-bit words for a key and a counter. Source: Salmon et al. (2011)."""
    k0, k1, c0, c1, c2, c3 = word(key0), word(key1), word(c0), word(c1), word(c2), word(c3)
    for _ in range(10):
        p, q = MULTIPLY_0 * c0, MULTIPLY_2 * c2
        c0, c1, c2, c3 = (q >> HALF) ^ c1 ^ k0, q & LOW, (p >> HALF) ^ c3 ^ k1, p & LOW
        k0, k1 = (k0 + STEP_0) & LOW, (k1 + STEP_1) & LOW
    return c0, c1, c2, c3


@helper
def philox(seed, month, slot, purpose, block):
    """Four random 32-bit words for an address: the seed's 64 bits are the key, the rest (mod 2**32) the counter."""
    key = word(seed)
    return philox_words(
        key & LOW, key >> HALF, word(month) & LOW, word(slot) & LOW, word(purpose) & LOW, word(block) & LOW
    )


ABOVE_ZERO = 0.9999999999999999  # 1 - 2**-53
UNIT, DROP = word(0x3FF0000000000000), word(12)


@helper
def uniform(seed, month, slot, purpose, block):
    """U(0,1) at an address: an odd multiple of 2**-53, never 0 or 1; 1 - u is one too."""
    a, b, _, _ = philox(seed, month, slot, purpose, block)
    return unbits(np.int64((((a << HALF) | b) >> DROP) | UNIT)) - ABOVE_ZERO


@market("i8[:],i8,i8,i8,i8,f8[:]", layout="(r),(),(),(),()->(r)", strided=True)
def draw(seed, month, slot, purpose, block, out):
    """U(0,1) for each seed at an address."""
    seeds = np.empty(seed.size, np.int64)  # contiguous, so that the loop between is SIMD
    u = np.empty(seed.size)
    for r in range(seed.size):
        seeds[r] = seed[r]
    for r in range(seeds.size):
        u[r] = uniform(seeds[r], month, slot, purpose, block)
    for r in range(seed.size):
        out[r] = u[r]


# Quantities: declared once as class attributes; the drivers, the record, the inspector and the docs read that.


@dataclass(eq=False)
class Declaration:
    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name


@dataclass(eq=False)
class Field(Declaration):
    """A quantity an agent owns: `capacity = Field("t/month", "installed capacity")`.

    The class attribute is the declaration; the agent's value shadows it: a float of one agent, [agent, run] of many.
    `each` names a leading axis ("mineral", "lag"), `words` the rungs of a ladder, for whoever reads the record.
    """

    unit: str
    doc: str
    default: float = 0.0
    each: str = ""
    words: tuple[str, ...] = ()
    name: str = ""


@dataclass(eq=False)
class Index(Declaration):
    """A whole number fixed for the whole run, used only inside [ ]: an int of one agent, [agent] of many."""

    doc: str
    name: str = ""


@dataclass(eq=False)
class Link(Declaration):
    """Another agent, of class `kind`: the agent itself of one, a view that gathers its fields row by row of many."""

    doc: str
    kind: str = "State"
    name: str = ""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...  # every field of the other agent


D = TypeVar("D", bound=Declaration)
DECLARED: dict[tuple[type, type], list[Any]] = {}  # asked for again and again


def declared(cls: type, kind: type[D]) -> list[D]:
    """What a class and its parents declare of one kind, parents first, in order; an override keeps its place."""
    if (cls, kind) not in DECLARED:
        attributes: dict[str, Any] = {}
        for parent in reversed(cls.__mro__):
            attributes |= vars(parent)
        DECLARED[cls, kind] = [value for value in attributes.values() if isinstance(value, kind)]
    return DECLARED[cls, kind]
