"""What stands before the page: it answers to this machine's own names alone, and fetches nothing from elsewhere."""

from pathlib import Path
from typing import Any

ELSEWHERE = "/_solara/cdn/"  # what Solara's packages do not hold it would fetch from a public network, and hand it on
LOCAL = ("localhost", "127.0.0.1", "::1")


def guarded(app: Any, names: tuple[str, ...], held: Path) -> Any:
    """An application behind both rules. names: of the host it answers to, none for any; a foreign name that leads to
    this machine (DNS rebinding) is refused. held: folder of what is handed on."""
    from starlette.responses import PlainTextResponse

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        kind = scope["type"]
        if kind in ("http", "websocket") and names and asked(scope) not in names:
            answer = PlainTextResponse("this page answers to this machine's own names alone", 400)
        elif kind == "http" and scope["path"].startswith(ELSEWHERE) and not _is_held(scope["path"], held):
            answer = PlainTextResponse("nothing is fetched from elsewhere", 404)
        else:
            await app(scope, receive, send)
            return
        if kind == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, send)

    return guard


def _is_held(path: str, held: Path) -> bool:
    """Whether the folder has the file of an address; a package alone stands for its main file."""
    name = path.removeprefix(ELSEWHERE)
    found = (held / name if "/" in name else held / name / "__main.js").resolve()
    return found.is_file() and held.resolve() in found.parents


def asked(scope: Any) -> str:
    """The host a request names, without its port."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
