"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.files.atomic import atomic_path, write_bytes, write_text


def test_a_new_file_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    write_text(path, "old")
    write_text(path, "nauja ž\n")
    assert path.read_bytes() == "nauja ž\n".encode()
    assert [entry.name for entry in tmp_path.iterdir()] == ["note.txt"]


def test_an_error_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "model.ifc"
    write_bytes(path, b"old")

    def fail_half_way() -> None:
        with atomic_path(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.ifc"]


def test_the_temporary_name_keeps_folder_and_suffix(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "model.ifc") as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".ifc")
        assert not (tmp_path / "model.ifc").exists()
    assert (tmp_path / "model.ifc").exists()


def test_the_permissions_of_the_old_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    write_text(path, "a = 1")
    path.chmod(0o600)
    write_text(path, "a = 2")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "absent" / "x.txt", "x")
