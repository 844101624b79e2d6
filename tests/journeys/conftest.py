"""A site folder made once: the Vilnius sample, built, imported and registered, on loopback networks of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.settings import Site, load_site
from tui.wiring.sites import init_site

NETWORK = f"127.{40 + os.getpid() % 100}"
"""Two test runs on one machine take different networks."""


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journeys") / "vilnius"
    init_site("vilnius", folder, network=NETWORK)
    return folder


@pytest.fixture
def site(pristine: Path, tmp_path: Path) -> Site:
    """A copy of the site that the test may spoil."""
    folder = tmp_path / "site"
    shutil.copytree(pristine, folder)
    return load_site(folder)


@pytest.fixture
def gatehouse() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line as a user would; output is captured, nothing is raised."""

    def run(*arguments: str | Path, timeout_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tui.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run
