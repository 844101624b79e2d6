"""The process that `twin.files.apart` keeps: ``python -m twin.files.apart_server MODULE``.

It loads a module and what that names in ``WARM``, then forks for every line of JSON on its standard input. It answers
with two lines: the number of the child, and its exit code when it ended. It ends with its standard input, and takes the
child along that is at work then.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

Main = Callable[[list[str]], int]


def serve(main: Main) -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            _work(main, request)
        _say(child)
        if not _has_ended(child):
            os.kill(child, signal.SIGKILL)
            return
        _, status = os.waitpid(child, 0)
        _say(os.waitstatus_to_exitcode(status))


def _has_ended(child: int) -> bool:
    """Wait for the child; False if our input ends first: nobody asks before the answer, so whoever asked is gone."""
    watched = os.pidfd_open(child)
    try:
        ready, _, _ = select.select([watched, sys.stdin.fileno()], [], [])
        return watched in ready
    finally:
        os.close(watched)


def _work(main: Main, request: dict[str, Any]) -> None:
    """One piece of work, in a child that never returns."""
    code = 1
    try:
        with Path(request["stderr"]).open("w", encoding="utf-8") as stderr:
            os.dup2(stderr.fileno(), 2)
            os.dup2(stderr.fileno(), 1)  # what a library prints is no answer of ours
            os.chdir(request["folder"])
            try:
                code = main(request["arguments"])
            except BaseException:  # noqa: BLE001 - the child ends here, and says of what
                traceback.print_exc(file=stderr)
    finally:
        os._exit(code)


def _say(number: int) -> None:
    print(number, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    module = importlib.import_module(sys.argv[1])
    for name in getattr(module, "WARM", ()):
        importlib.import_module(name)
    with contextlib.suppress(BrokenPipeError):  # whoever asked is gone
        serve(module.main)
    os._exit(0)
