"""Work on untrusted files in a child process: a library may crash, hang or fill memory there, the caller never does.

Loading such a library takes longer than reading a small file with it. So one process a kind of work is kept, which
loads the library once and forks itself for every file; it ends with us.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import twin
from twin.files.text import plain

_STDERR = "stderr.txt"
_START_S = 60.0
"""How long a process may take to load its libraries (assumption: a hundred times what it takes)."""


class ApartError(Exception):
    """The child did not answer: it crashed, ran out of memory, or took too long; the text says which."""


def run_apart(module: str, arguments: list[str], *, timeout_s: float, memory_mb: int) -> Mapping[str, Any]:
    """Run the ``main`` of a module with ``RESULT MEMORY_MB ARGUMENTS…`` and return the JSON object it writes to RESULT.

    ``main`` is to limit its own address space with `limit_memory` before it touches anything. A module may name in
    ``WARM`` the modules that are to be loaded once for all its runs.

    Raises:
        ApartError: there is no result.
    """
    with tempfile.TemporaryDirectory(prefix="gatehouse-apart-") as folder:
        result = Path(folder) / "result.json"
        request = {
            "arguments": [str(result), str(memory_mb), *arguments],
            "folder": str(Path.cwd()),
            "stderr": str(Path(folder) / _STDERR),
        }
        code = _kept(module).run(request, timeout_s)
        if code is None:
            raise ApartError(f"took longer than {timeout_s:g} s to read and was given up")
        if code or not result.exists():
            raise ApartError(f"the reader {_death(code, memory_mb)}{_last_words(Path(folder) / _STDERR)}")
        answer: Mapping[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return answer


def limit_memory(memory_mb: int) -> None:
    """Limit the address space of this process."""
    import resource

    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


class _Keeper:
    """The process that is kept for one module; started when it is needed, and again if it died."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._heard = b""

    def run(self, request: Mapping[str, object], timeout_s: float) -> int | None:
        """Exit code of one run, negative for a signal; None if it took too long and was killed.

        Raises:
            ApartError: the process cannot be started, or died of something else than its work.
        """
        with self._lock:
            process = self._started()
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.flush()
                if self._number(_START_S) is None:
                    raise ApartError(f"the reader's process did not start within {_START_S:g} s")
                code = self._number(timeout_s)
            except OSError as error:
                self.close()
                raise ApartError(f"the reader's process is gone ({error.strerror})") from error
            except BaseException:
                self.close()  # whatever it would still say answers nobody
                raise
            if code is None:
                self.close()
            return code

    def close(self) -> None:
        """End the process, and the work that it has begun."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # it leads a session of its own, with its forks
            process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            # -P keeps the working folder off the path: a module beside a foreign model must not be imported.
            command = [sys.executable, "-P", "-m", "twin.files.apart_server", self._module]
            self._heard = b""
            self._process = subprocess.Popen(
                command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self._process

    def _number(self, timeout_s: float) -> int | None:
        """The number on the next line of the process; None if none comes in time."""
        assert self._process is not None
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while b"\n" not in self._heard:
            if not select.select([pipe], [], [], timeout_s)[0]:
                return None
            read = os.read(pipe, 4096)
            if not read:
                raise BrokenPipeError(0, "it ended")
            self._heard += read
        line, self._heard = self._heard.split(b"\n", 1)
        return int(line)


_keepers: dict[str, _Keeper] = {}


def _kept(module: str) -> _Keeper:
    if not _keepers:
        atexit.register(_close_all)
        os.register_at_fork(after_in_child=_keepers.clear)  # a fork of ours must not share the pipes
    return _keepers.setdefault(module, _Keeper(module))


def _close_all() -> None:
    for keeper in _keepers.values():
        keeper.close()


def _environment() -> dict[str, str]:
    root = str(Path(next(iter(twin.__path__))).parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}


def _death(code: int, memory_mb: int) -> str:
    if code < 0:
        name = signal.Signals(-code).name
        return f"crashed ({name}); the file may be damaged or need more than {memory_mb} MB of memory"
    return f"failed (exit {code})"


def _last_words(stderr: Path) -> str:
    lines = stderr.read_text(encoding="utf-8", errors="replace").strip().splitlines() if stderr.exists() else []
    return f": {plain(lines[-1])}" if lines else ""
