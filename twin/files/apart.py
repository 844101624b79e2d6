"""Work on untrusted files in a child process: a library may crash, hang or fill memory there, the caller never does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import twin
from twin.files.text import plain


class ApartError(Exception):
    """The child did not answer: it crashed, ran out of memory, or took too long; the text says which."""


def run_apart(module: str, arguments: list[str], *, timeout_s: float, memory_mb: int) -> Mapping[str, Any]:
    """Run ``python -m module RESULT MEMORY_MB ARGUMENTS…`` and return the JSON object that it writes to RESULT.

    The child is to limit its own address space with `limit_memory` before it touches anything.

    Raises:
        ApartError: there is no result.
    """
    with tempfile.TemporaryDirectory(prefix="gatehouse-apart-") as folder:
        result = Path(folder) / "result.json"
        # -P keeps the working folder off the path: a module lying beside a foreign model must not be imported.
        command = [sys.executable, "-P", "-m", module, str(result), str(memory_mb), *arguments]
        try:
            done = subprocess.run(command, env=_environment(), capture_output=True, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired as error:
            raise ApartError(f"took longer than {timeout_s:g} s to read and was given up") from error
        if done.returncode or not result.exists():
            raise ApartError(f"the reader {_death(done.returncode, memory_mb)}{_last_words(done.stderr)}")
        answer: Mapping[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return answer


def limit_memory(memory_mb: int) -> None:
    """Limit the address space of this process."""
    import resource

    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _environment() -> dict[str, str]:
    root = str(Path(next(iter(twin.__path__))).parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}


def _death(code: int, memory_mb: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"crashed ({name}); the file may be damaged or need more than {memory_mb} MB of memory"
    return f"failed (exit {code})"


def _last_words(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return f": {plain(lines[-1])}" if lines else ""
