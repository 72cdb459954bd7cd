"""`mineralclub serve`: starts the page on an address of this machine, and says where."""

import errno
import importlib
import importlib.util
import ipaddress
import os
import socket
import threading
import warnings
from typing import Any

from abm.errors import BadInput

from ..progress import say
from . import opening
from .guard import LOCAL, guarded

NEEDED = ("solara", "ipyvue", "ipyvuetify", "starlette", "uvicorn")  # top-level names: to look deeper imports them
SETTINGS = {  # before Solara is imported: nothing leaves this machine
    "SOLARA_APP": "analysis.server.page", "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "SOLARA_MODE": "production",
    "SOLARA_THEME_LOADER": "plain", "SOLARA_THEME_SHOW_BANNER": "false", "SOLARA_THEME_TITLE": "mineralclub",
}  # fmt: skip
WHOLE = ("numpy", "pandas")  # Reacton looks into them while it draws: half imported they would break the page
CLOSING = 2  # seconds that open pages get when the server stops
WORD = "--i-understand-there-is-no-login"


def check(host: str, open_to_all: bool) -> None:
    """BadInput if a package is missing, or others could reach the page and nobody said they may."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise BadInput("the visual server's packages are missing", allowed="pip install 'mineralclub[server]'")
    if not _loopback(host) and not open_to_all:
        what = "others could use this page, and it has no login"
        raise BadInput(what, key="--host", value=host, allowed=f"127.0.0.1, or {WORD} beside it")


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there, so that what cannot be is known at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen()
    except OSError as fault:
        found.close()
        what = "in use" if fault.errno == errno.EADDRINUSE else f"cannot be listened to ({fault.strerror or fault})"
        raise BadInput(what, key="--host --port", value=f"{host}:{port}", allowed="another --port") from None
    return found


def serve(listening: socket.socket, now: opening.Opening) -> None:
    """Serves until Ctrl-C or SIGTERM, which end it as KeyboardInterrupt."""
    opening.NOW = now
    os.environ.update(SETTINGS)
    for name in WHOLE:
        importlib.import_module(name)
    threading.Thread(target=_prepare, args=[now.data], daemon=True).start()
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # plain HTTP on this machine is meant
    import uvicorn
    from solara.server.settings import assets
    from solara.server.starlette import app

    host = listening.getsockname()[0]
    names = (*LOCAL, host) if _loopback(host) else ()
    page = guarded(app, names, assets.proxy_cache_dir)
    config = uvicorn.Config(page, log_level="error", access_log=False, timeout_graceful_shutdown=CLOSING)

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets=sockets)
            say(f"mineralclub: open http://{_address(listening)} in a browser; Ctrl-C stops the server")

    Server(config).run(sockets=[listening])


def _prepare(data: str | None) -> None:
    """Reads the model in the background, so that the first page has it sooner; a fault shows there."""
    from .board import Board  # noqa: F401
    from .session import sources

    sources(data)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _address(listening: socket.socket) -> str:
    name: Any = listening.getsockname()
    host = f"[{name[0]}]" if ":" in name[0] else name[0]
    return f"{host}:{name[1]}"
