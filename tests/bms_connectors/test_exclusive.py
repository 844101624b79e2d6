from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest
from bms_town import free_port

from bms_connectors.exclusive import Claim, claim_first_free, probe_broadcast
from twin.model.errors import ConnectError
from twin.model.points import Protocol

HOST = "127.0.93.1"


@pytest.fixture
def port() -> int:
    return free_port(socket.SOCK_DGRAM, [HOST])


@pytest.mark.parametrize("protocol", list(Protocol))
def test_an_address_has_one_owner_and_is_free_after_him(protocol: Protocol, port: int) -> None:
    with Claim(protocol, HOST, port), pytest.raises(ConnectError, match=f"{HOST}:{port}"):
        Claim(protocol, HOST, port)
    Claim(protocol, HOST, port).release()


def test_an_owner_who_shares_his_port_is_still_an_owner(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((HOST, port))
        with pytest.raises(ConnectError, match="cannot be bound"):
            Claim(Protocol.BACNET, HOST, port)
    Claim(Protocol.BACNET, HOST, port).release()


def test_the_first_free_port_is_taken_and_no_device_s(port: int) -> None:
    with (
        Claim(Protocol.BACNET, HOST, port),
        claim_first_free(Protocol.BACNET, HOST, port, avoid={port + 1}) as next_one,
    ):
        assert next_one.port > port + 1


def test_no_free_port_is_an_error(port: int) -> None:
    with Claim(Protocol.BACNET, HOST, port), pytest.raises(ConnectError, match="no free port"):
        claim_first_free(Protocol.BACNET, HOST, port, tries=1)


def test_a_broadcast_address_that_is_not_shared_is_named(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as selfish:
        selfish.bind(("127.0.93.255", port))
        with pytest.raises(ConnectError, match=r"127\.0\.93\.255"):
            probe_broadcast(HOST, 24, port)
    probe_broadcast(HOST, 24, port)


@pytest.fixture
def lock_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"gatehouse-{os.getuid()}"


def test_a_lock_that_cannot_be_opened_names_the_address(lock_folder: Path, port: int) -> None:
    lock_folder.write_text("somebody's file where the folder should be")
    with pytest.raises(ConnectError, match=rf"{HOST}:{port}: cannot be claimed: .*gatehouse-"):
        Claim(Protocol.BACNET, HOST, port)
    lock_folder.unlink()
    (lock_folder / f"bacnet-{HOST}-{port}.lock").mkdir(parents=True)
    with pytest.raises(ConnectError, match=rf"{HOST}:{port}: cannot be claimed"):
        Claim(Protocol.BACNET, HOST, port)


def test_a_lock_folder_of_somebody_else_is_refused(lock_folder: Path, tmp_path: Path, port: int) -> None:
    (tmp_path / "elsewhere").mkdir()
    lock_folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConnectError, match=rf"{HOST}:{port}: .* not ours"):
        Claim(Protocol.BACNET, HOST, port)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_lock_folder_that_another_user_owns_is_refused(lock_folder: Path, port: int) -> None:
    lock_folder.mkdir()
    os.chown(lock_folder, 65534, 65534)
    with pytest.raises(ConnectError, match=rf"{HOST}:{port}: .* not ours"):
        Claim(Protocol.BACNET, HOST, port)
