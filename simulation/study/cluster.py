"""Blocks of a study on a Dask cluster, through joblib. The only place that knows Dask; it comes with an extra."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import joblib
from joblib._dask import DaskDistributedBackend

from simulation.models.terms import Scenario
from simulation.study.backends import Days, collected
from simulation.study.block import plan_file
from simulation.study.engine import engine_digest
from twin.model.errors import ConfigError, ConnectError, Fault
from twin.model.facility import Facility

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_S = 10.0
"""How long a scheduler may take to answer, and its workers to come up. An assumption: joblib waits as long."""


@contextmanager
def cluster_at(address: str, *, share: Path | None = None) -> Iterator[Cluster]:
    """A cluster to run blocks on.

    Args:
        address: of the scheduler, ``tcp://host:port``.
        share: folder in which workers on other machines find the plan, under the same path.

    Raises:
        ConfigError: the extra is not installed, or the address is none.
        ConnectError: no scheduler answers, it has no workers, or they cannot run this program.
    """
    client = _connected(address)
    try:
        yield Cluster(client=client, address=address, share=share, threads=_threads(client, address))
    finally:
        client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Fits `simulation.study.backends.Backend`. ``threads``: of all workers when the study began."""

    client: Client
    address: str
    share: Path | None
    threads: int

    def places(self) -> int:
        """See `Backend`."""
        return self.threads

    def run(self, facility: Facility, scenario: Scenario, seed: int, blocks: Iterable[Sequence[int]], /) -> Days:
        """See `Backend`. Only the file's path and digest, seed and indices travel; joblib's Dask ignores `n_jobs`.

        Raises:
            ScenarioError: the building cannot be played with this scenario.
            ConnectError: the scheduler or, again and again, the workers went away.
        """
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        backend = _TellingBackend(client=self.client)
        with plan_file(facility, scenario, self.share) as source, joblib.parallel_config(backend=backend):
            try:
                yield from collected(source, seed, blocks, n_jobs=-1)
            except KilledWorker as error:
                raise ConnectError(self.address, "workers died one after the other at the same block") from error
            except (FutureCancelledError, OSError) as error:
                raise ConnectError(self.address, "the Dask scheduler went away") from error


class _TellingBackend(DaskDistributedBackend):  # type: ignore[misc]  # joblib has no types
    """joblib is told of blocks that Dask gave up; of its own (1.6), it waits for them for ever."""

    def submit(self, func: Any, callback: Callable[[Any], None]) -> Future[Any]:
        """Run a task; `callback` hears of its result, or of the error that Dask has instead of one."""

        def tell(ended: Future[Any]) -> None:
            if not ended.cancelled() and ended.exception() is not None:
                callback(ended.exception())

        job: Future[Any] = super().submit(func, callback)
        job.add_done_callback(tell)
        return job

    def retrieve_result_callback(self, out: Any) -> Any:
        """The result of a task, or its error."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        text = "a cluster needs the extra: pip install 'gatehouse-toolkit[cluster]'"
        raise ConfigError([Fault("--cluster", address, text)]) from error
    try:
        return Client(address, timeout=PATIENCE_S)
    except ValueError as error:
        raise ConfigError([Fault("--cluster", address, f"is no address such as tcp://host:8786 ({error})")]) from error
    except OSError as error:  # TimeoutError is one
        raise ConnectError(address, "no Dask scheduler answers") from error


def _threads(client: Client, address: str) -> int:
    """Threads of all workers, after each has said which program it runs."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE_S)
    except TimeoutError as error:
        raise ConnectError(address, "the Dask scheduler has no workers") from error
    try:
        engines = client.run(engine_digest)
    except ImportError as error:
        raise ConnectError(address, f"a worker has no Gatehouse: {error}") from error
    others = sorted(worker for worker, engine in engines.items() if engine != engine_digest())
    if others:
        raise ConnectError(address, f"another version of Gatehouse runs on {', '.join(others)}")
    return sum(client.ncores().values())
