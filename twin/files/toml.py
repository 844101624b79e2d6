"""TOML that people write, into pydantic models: every fault at once, with file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from twin.files.text import plain
from twin.model.errors import ConfigError, Fault

M = TypeVar("M", bound=BaseModel)


def read_toml(path: Path | str, model: type[M]) -> M:
    """Read a TOML file into a model.

    Args:
        path: The file; faults name it as it was given.
        model: The pydantic model that the whole file must fit.

    Returns:
        The model, filled.

    Raises:
        ConfigError: the file is missing, is not UTF-8, is not TOML, or does not fit the model; all faults at once, each
            with its key as ``connectors.bacnet[2].port``.
    """
    where = str(path)
    return parse_toml(read_text(path), model, where=where)


def parse_toml(text: str, model: type[M], *, where: str) -> M:
    """Like `read_toml`, of a text that is already here; ``where`` stands for the file's name in faults."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Fault(where, "", f"is not TOML: {error}")]) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError(faults_of(error, where)) from error


def known_part(path: Path | str, model: type[M], faults: list[Fault]) -> M | None:
    """The model of what a file says rightly, for a caller who has more to check.

    Everything wrong is added to ``faults``, and taken for not said: what may be left out has its default. None where
    something wrong must not be left out.

    Raises:
        ConfigError: the file is missing, no UTF-8 or no TOML.
    """
    where = str(path)
    try:
        data = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Fault(where, "", f"is not TOML: {error}")]) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults += faults_of(error, where)
        for complaint in error.errors():
            with suppress(LookupError, TypeError):  # a place within alternatives is none in the file
                _remove(data, complaint["loc"])
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def _remove(data: Any, location: Sequence[str | int]) -> None:
    """Remove a key; an entry of a list stays, since others are named by their place in it."""
    *above, last = location
    for part in above:
        data = data[part]
    if isinstance(last, str):
        del data[last]


def read_text(path: Path | str) -> str:
    """Read a UTF-8 file that a person wrote; a byte order mark is dropped.

    Raises:
        ConfigError: it is missing, is no file, may not be read, or is not UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError([Fault(str(path), "", "there is no such file")]) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            [Fault(str(path), "", f"is not UTF-8 text (byte {error.start}): save it as UTF-8")]
        ) from error
    except OSError as error:
        raise ConfigError([Fault(str(path), "", f"cannot be read: {error.strerror}")]) from error


def faults_of(error: ValidationError, where: str, *, prefix: str = "") -> list[Fault]:
    """One fault for every complaint of a pydantic validation, in people's words."""
    return [
        Fault(where, _joined(prefix, key_of(complaint["loc"])), _text_of(complaint["type"], complaint["msg"]))
        for complaint in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def key_of(location: Iterable[str | int]) -> str:
    """A place in nested data as people write it: ``("a", "b", 2, "c")`` → ``a.b[2].c``."""
    key = ""
    for part in location:
        if isinstance(part, int):
            key += f"[{part}]"
        else:
            key += f".{plain(part)}" if key else plain(part)
    return key


def _joined(prefix: str, key: str) -> str:
    return f"{prefix} {key}".strip()


_WORDS = {"missing": "is missing", "extra_forbidden": "is not a known key"}


def _text_of(kind: str, message: str) -> str:
    return _WORDS.get(kind) or plain(message.removeprefix("Value error, "), limit=400)
