"""Compiled code kept between runs.

Numba notices a change of the file that holds a kernel, not of the helpers and constants it takes from other files: so
the folder is named after the text of all of them. Nor does it keep a ufunc's loop, which takes ten times as long to
build again as all the rest: `loop_of` does, through internals of the Numba versions that pyproject.toml allows.
"""

import ast
import contextlib
import functools
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import Cache, CodeLibraryCacheImpl, NullCache, UserProvidedCacheLocator
from numba.core.compiler import Compiler
from numba.np.ufunc import ufuncbuilder
from numba.np.ufunc.wrappers import _wrapper_info as wrapper_info

try:
    import fcntl
except ImportError:  # Windows: two processes may compile the same thing, each for itself
    fcntl = None  # type: ignore[assignment]

settings: Any = numba.config
KEEP, YOUNG = 5, 3600  # versions of a module kept; seconds in which a folder may be in use
build_loop = ufuncbuilder.build_ufunc_wrapper
locator: Any = UserProvidedCacheLocator
dispatcher: Any = ufuncbuilder.UFuncDispatcher
compile_ufunc = dispatcher._compile_core
ALIVE: list[Any] = []  # Numba's objects own the machine code that a bare ufunc runs


@contextlib.contextmanager
def compiled_code(function: Callable) -> Iterator[bool]:
    """Sends Numba to the folder for a function's compiled code, one process at a time; False if it has no file."""
    path = Path(function.__code__.co_filename)
    with contextlib.ExitStack() as until_done:
        if on_disk := path.is_file():  # else a notebook or a prompt
            folder = code_folder(path.resolve(), function.__module__)
            lock = until_done.enter_context(open(folder / "lock", "w"))
            with contextlib.suppress(OSError):  # a file system without locks
                if fcntl:
                    fcntl.flock(lock, fcntl.LOCK_EX)
            until_done.callback(setattr, settings, "CACHE_DIR", settings.CACHE_DIR)
            settings.CACHE_DIR = str(folder)
            until_done.callback(setattr, locator, "get_suitable_cache_subpath", locator.get_suitable_cache_subpath)
            locator.get_suitable_cache_subpath = staticmethod(no_subpath)
        until_done.callback(setattr, dispatcher, "_compile_core", compile_ufunc)
        dispatcher._compile_core = distinct
        until_done.callback(setattr, ufuncbuilder, "build_ufunc_wrapper", build_loop)
        ufuncbuilder.build_ufunc_wrapper = functools.partial(loop_of, LoopCache(function) if on_disk else NullCache())
        yield on_disk


def no_subpath(path: str) -> str:
    """Numba would keep the code of every checkout apart; the folder's name already tells which text was compiled."""
    return ""


class Distinct(Compiler):
    """Compiles a routine in the knowledge that no array it writes overlaps another: else a loop with more than a few
    arrays is not SIMD, and every short one asks first."""

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        return super().define_pipelines()


def distinct(market: Any, signature: Any, flags: Any, locals: Any) -> Any:
    """The same for a market: NumPy copies what overlaps before it calls one."""
    flags.noalias = True
    return compile_ufunc(market, signature, flags, locals)


class LoopFiles(CodeLibraryCacheImpl):
    _filename_prefix: Any = "loop"


class LoopCache(Cache):
    _impl_class: Any = LoopFiles


def loop_of(cache: Any, library: Any, context: Any, name: str, signature: Any, objmode: bool, result: Any) -> Any:
    """A ufunc's loop over its arguments, kept or new."""
    if kept := cache.load_overload((name, signature), context):
        return wrapper_info(library=kept, env=result.environment, name=f"__ufunc__.{name}")
    # LLVM would call a long rule instead of inlining it, and a loop with a call is not SIMD.
    library._get_module_for_linking().get_function(name).add_function_attribute("alwaysinline")
    loop = build_loop(library, context, name, signature, objmode, result)
    loop.library.enable_object_caching()
    cache.save_overload((name, signature), loop.library)
    return loop


@functools.cache
def code_folder(path: Path, module: str) -> Path:
    """The folder for the compiled code of a source file as it reads now; drops the oldest versions of it."""
    text = hashlib.sha256(f"{sys.version} {numba.__version__} {llvmlite.__version__}".encode())
    for source in sorted(sources(path)):
        text.update(source.read_bytes())
    base = code_base()
    folder = base / f"{module}-{text.hexdigest()[:16]}"
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        os.utime(folder)
    ages = ages_of(base.glob(f"{module}-*"))
    for old in sorted(ages, key=ages.__getitem__)[KEEP:]:
        if ages[old] > YOUNG:
            shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(exist_ok=True)  # a process that saw it old may have dropped it
    return folder


def ages_of(folders: Iterable[Path]) -> dict[Path, float]:
    """Seconds since each was used last; without those that another process has just dropped."""
    ages = {}
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):
            ages[folder] = time.time() - folder.stat().st_mtime
    return ages


@functools.cache
def code_base() -> Path:
    """`NUMBA_CACHE_DIR`, else the user's cache, else a folder of the user's own among the temporary files."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    user = getattr(os, "getuid", lambda: "")()
    last = Path(tempfile.gettempdir(), f"mineralclub-{user}")
    for base in (Path(os.environ.get("NUMBA_CACHE_DIR") or Path(cache, "mineralclub")), last):
        with contextlib.suppress(OSError):
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=base).close()
            if base != last or user in ("", base.stat().st_uid):  # what is loaded from there is executed
                return base
    return Path(tempfile.mkdtemp(prefix="mineralclub-"))


def sources(path: Path) -> set[Path]:
    """A source file and those it imports, directly or not, from its own package or from this one."""
    found, ahead = set(), [path]
    while ahead:
        if (file := ahead.pop()) not in found:
            found.add(file)
            ahead += imported(file)
    return found


@functools.cache
def imported(path: Path) -> tuple[Path, ...]:
    """The source files that a source file imports, from its own package or from this one."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[Path]:
    root = path.parent
    while (root / "__init__.py").is_file():
        root = root.parent
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            starts = [path.parents[node.level - 1]] if node.level else [root, Path(__file__).resolve().parents[1]]
            names = [f"{node.module or ''}.{name.name}".strip(".") for name in node.names] + [node.module or ""]
        elif isinstance(node, ast.Import):
            starts = [root, Path(__file__).resolve().parents[1]]
            names = [name.name for name in node.names]
        else:
            continue
        for place in {start.joinpath(*name.split(".")) for start in starts for name in names}:
            yield from (file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file())
