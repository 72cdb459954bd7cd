"""What keeps the server from starting is one clear line."""

import asyncio
import socket

import pytest

from analysis.cli import code_of
from analysis.server import launch
from analysis.server.guard import LOCAL, guarded

pytestmark = pytest.mark.server


@pytest.fixture
def serve(capsys):
    def ask(*words: str) -> tuple[int, str]:
        code = code_of(["serve", *words])
        said = capsys.readouterr()
        assert said.out == ""
        return code, said.err

    return ask


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "scenario = \"nowhere\": no such scenario"),
        (["--port", "70000"], "--port = 70000: too large; allowed: a whole number from 0 to 65535"),
        (["--port", "web"], "--port = \"web\": not a whole number"),
        (["--host", "0.0.0.0"], "allowed: 127.0.0.1, or --i-understand-there-is-no-login beside it"),
        (["--host", "192.0.2.1", "--i-understand-there-is-no-login"], "192.0.2.1:8765\": cannot be listened to"),
        (["--minerals", "galium"], "did you mean \"gallium\"?"),
        (["--set", "whiplsh=2"], "did you mean \"whiplash\"?"),
        (["--seed", "-1"], "--seed = -1: too small"),
        (["--until", "1999"], "--until = 1999: too small"),
    ],
)
def test_bad_input(serve, words, said):
    code, err = serve(*words)
    assert code == 2 and said in err and err.count("\n") == 1


def test_a_port_in_use(serve):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve("--port", str(port)) == (
            2, f'mineralclub: --host --port = "127.0.0.1:{port}": in use; allowed: another --port\n'
        )  # fmt: skip


def test_without_the_packages(serve, monkeypatch):
    monkeypatch.setattr(launch.importlib.util, "find_spec", lambda name: None)
    assert serve() == (
        2, "mineralclub: the visual server's packages are missing; allowed: pip install 'mineralclub[server]'\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("host", "path", "code"),
    [
        ("127.0.0.1:8765", "/", 200), ("localhost:8765", "/", 200), ("[::1]:8765", "/", 200), ("localhost", "/", 200),
        ("evil.example", "/", 400), ("", "/", 400), ("127.0.0.1.evil.example:8765", "/", 400),
        ("localhost:8765", "/_solara/cdn/vue@2.7.0/dist/vue.js", 404), ("localhost", "/_solara/cdn/held/a.js", 200),
        ("localhost", "/_solara/cdn/held", 404), ("localhost", "/_solara/cdn/held/../../secret", 404),
    ],
)  # fmt: skip
def test_the_page_answers_to_this_machine_and_fetches_nothing(tmp_path, host, path, code):
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    page = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("here"))])
    (tmp_path / "cdn/held").mkdir(parents=True)
    (tmp_path / "cdn/held/a.js").touch()
    (tmp_path / "secret").touch()
    assert answer(guarded(page, LOCAL, tmp_path / "cdn"), host, path) == code
    if path == "/":
        assert answer(guarded(page, (), tmp_path / "cdn"), host, path) == 200


def answer(app, host, path):
    """The code of the answer to a request."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "headers": [(b"host", host.encode())], "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8765),
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"]
