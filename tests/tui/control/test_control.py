from __future__ import annotations

import asyncio
import json
import stat
from contextlib import suppress
from pathlib import Path

import pytest

from tui.control.client import ControlClient
from tui.control.messages import decode, encode, socket_path
from tui.control.server import ControlServer
from twin.model.errors import ConnectError, ScenarioError, UnknownIdError


def handle(message: dict[str, object]) -> dict[str, object]:
    match message.get("op"):
        case "add":
            return {"sum": int(str(message["a"])) + int(str(message["b"]))}
        case "lose":
            raise UnknownIdError("door", "D.X")
        case other:
            raise ScenarioError([]) if other == "empty" else KeyError(str(other))


async def test_requests_are_answered_in_order_on_a_socket_that_is_ours_alone(tmp_path: Path):
    path = tmp_path / "c.sock"
    async with ControlServer(path, handle), ControlClient(path) as client:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        sums = await asyncio.gather(*(client.ask("add", a=n, b=1) for n in range(20)))
        assert [answer["sum"] for answer in sums] == list(range(1, 21))
    assert not path.exists()


async def test_errors_become_answers_and_the_line_stays_open(tmp_path: Path):
    path = tmp_path / "c.sock"
    async with ControlServer(path, handle), ControlClient(path) as client:
        for op in ("lose", "nonsense", "empty"):
            with pytest.raises(ScenarioError):
                await client.ask(op)
        assert (await client.ask("add", a=1, b=1))["sum"] == 2


async def test_garbage_does_not_stop_the_server(tmp_path: Path):
    path = tmp_path / "c.sock"
    async with ControlServer(path, handle):
        reader, writer = await asyncio.open_unix_connection(str(path))
        for line in (b"not json\n", b"[1]\n", b"[" * 100_000 + b"\n", b"\xff\xfe\n"):
            writer.write(line)
            answer = json.loads(await reader.readline())
            assert answer["ok"] is False
        writer.write(b"x" * (1 << 21) + b"\n")
        with suppress(ConnectionResetError):
            assert await reader.read() == b"", "a line without end is cut off"
        writer.close()
        async with ControlClient(path) as client:
            assert (await client.ask("add", a=2, b=2))["sum"] == 4


async def test_a_building_that_is_not_there_or_goes_away_is_a_connection_error(tmp_path: Path):
    with pytest.raises(ConnectError, match="no virtual building"):
        async with ControlClient(tmp_path / "none.sock"):
            pass
    path = tmp_path / "c.sock"
    server = ControlServer(path, handle)
    await server.__aenter__()
    async with ControlClient(path) as client:
        await client.ask("add", a=1, b=1)
        await server.__aexit__()
        client._streams[1].close()
        with pytest.raises(ConnectError):
            await client.ask("add", a=1, b=1)


def test_messages_are_one_line_each_whatever_they_carry():
    message = {"op": "inject", "subject": "a\nb", "text": "šliuzas"}
    assert encode(message).count(b"\n") == 1
    assert decode(encode(message)) == message


def test_a_path_too_long_for_a_socket_moves_to_the_runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    assert socket_path(tmp_path).parent == tmp_path.resolve()
    path = socket_path(deep)
    assert path.parent == tmp_path
    assert path == socket_path(deep) != socket_path(deep / "other")
