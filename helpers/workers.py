"""Who does the work of annotation: this process, processes of this machine, or a Dask cluster."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

WORTH = 40_000  # words from which on processes of their own take less time than their start
PATIENCE = 300  # seconds without a worker after which a worker, or a cluster, is given up
MEMORY = 1_000_000_000  # bytes that a process needs


@dataclass
class Outcome:
    """What a batch gave.

    Attributes
    ----------
    tables
        By name; empty if all articles failed.
    failed
        The reason of each article that failed, by its id.
    version
        Of the code and data that did it; None if it did not come so far.
    """

    tables: dict[str, pd.DataFrame]
    failed: dict[str, str]
    version: str | None = None


Work = Callable[[pd.DataFrame], Outcome]


class Pool(Protocol):
    """Takes batches and gives their outcomes, each with the tag it was submitted with."""

    def expect(self, words: int) -> None:
        """Be told how much will come."""

    def room(self) -> bool:
        """Tell whether a batch may be submitted before the next one is collected."""

    def submit(self, tag: Any, batch: pd.DataFrame) -> None:
        """Take a batch."""

    def next(self) -> tuple[Any, pd.DataFrame, Outcome]:
        """Wait for any batch submitted."""


@contextmanager
def pool(
    work: Work, prepare: Callable[[], object], client: Any, workers: int | None
) -> Iterator[Pool]:
    """Give who does the work, for as long as it is wanted.

    Parameters
    ----------
    work
        What is to be done with a batch: a function of a module.
    prepare
        Called before processes of this machine are started, for what they would each do.
    client, workers
        As `helpers.annotate` takes them.
    """
    crew = _Cluster(work, client) if client is not None else _Machine(work, prepare, workers)
    try:
        yield crew
    finally:
        crew.close()


class _Here:
    """Work done here, when its outcome is wanted."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._waiting: deque[tuple[Any, pd.DataFrame]] = deque()

    def room(self) -> bool:
        return not self._waiting

    def submit(self, tag: Any, batch: pd.DataFrame) -> None:
        self._waiting.append((tag, batch))

    def next(self) -> tuple[Any, pd.DataFrame, Outcome]:
        tag, batch = self._waiting.popleft()
        return tag, batch, self._work(batch)

    def close(self) -> None:
        self._waiting.clear()


class _Cluster:
    """The workers of a Dask cluster; twice as many batches as they do at once are with them."""

    def __init__(self, work: Work, client: Any) -> None:
        import dask  # these take a second, and most runs need none
        from distributed import as_completed

        self._work, self._client = work, client
        self._given: dict[Any, tuple[Any, pd.DataFrame]] = {}
        self._suspects: deque[tuple[Any, pd.DataFrame]] = deque()
        self._done = as_completed()
        # A cluster made in this process gives a worker up, for good, that is not back after 15 s:
        # on a busy machine one that died takes longer to start anew.
        lost = {"distributed.deploy.lost-worker-timeout": f"{PATIENCE}s"}
        self._patient = ExitStack()
        self._patient.enter_context(dask.config.set(lost))

    def expect(self, words: int) -> None:
        """Nothing to decide."""

    def room(self) -> bool:
        threads = sum(self._client.nthreads().values())
        return not self._suspects and len(self._given) < 2 * max(threads, 1)

    def submit(self, tag: Any, batch: pd.DataFrame) -> None:
        future = self._client.submit(self._work, batch, pure=False)
        self._given[future] = tag, batch
        self._done.add(future)

    def next(self) -> tuple[Any, pd.DataFrame, Outcome]:
        from distributed.scheduler import KilledWorker

        while True:
            alone = not self._given
            if alone:
                self.submit(*self._suspects.popleft())
            self._wait()
            future = next(self._done)
            tag, batch = self._given.pop(future)
            try:
                return tag, batch, future.result()
            except KilledWorker:  # workers died, one after the other, that had it among others
                if alone:
                    died = {batch["article_id"].iloc[0]: "the process that read it died"}
                    return tag, batch, Outcome({}, died)
                self._suspects += [(tag, batch.iloc[[at]]) for at in range(len(batch))]

    def _wait(self) -> None:
        """Wait for a batch; without workers there is nothing to wait for, after a while."""
        seen = asked = time.monotonic()
        while not self._done.has_ready():
            time.sleep(0.05)
            now = time.monotonic()
            if now - asked > 1:
                asked, seen = now, now if self._client.nthreads() else seen
            if now - seen > PATIENCE:
                raise RuntimeError("no worker is left; what is done is kept: run it again")

    def close(self) -> None:
        self._client.cancel(list(self._given))
        self._patient.close()


class _Machine:
    """Work done here; by processes of this machine from when there is enough of it."""

    def __init__(self, work: Work, prepare: Callable[[], object], workers: int | None) -> None:
        self._work, self._prepare, self._workers, self._words = work, prepare, workers, 0
        self._crew: _Here | _Cluster = _Here(work)
        self._stack = ExitStack()

    def expect(self, words: int) -> None:
        self._words += words
        enough = self._words >= WORTH if self._workers is None else words
        if isinstance(self._crew, _Here) and self._workers != 1 and enough:
            self._start()

    def room(self) -> bool:
        return self._crew.room()

    def submit(self, tag: Any, batch: pd.DataFrame) -> None:
        self._crew.submit(tag, batch)

    def next(self) -> tuple[Any, pd.DataFrame, Outcome]:
        return self._crew.next()

    def close(self) -> None:
        self._crew.close()
        self._stack.close()

    def _start(self) -> None:
        """Start processes, which need nothing of the script or notebook that runs here."""
        if sys.platform == "win32":  # distributed has no such processes there
            return
        from dask.system import CPU_COUNT
        from distributed import Client
        from distributed.deploy.subprocess import SubprocessCluster
        from distributed.system import MEMORY_LIMIT

        n = self._workers or min(CPU_COUNT, MEMORY_LIMIT // MEMORY)
        if n < 2:
            return
        self._prepare()
        cluster = SubprocessCluster(n_workers=n, threads_per_worker=1, dashboard_address=None)
        client = Client(self._stack.enter_context(cluster))
        self._crew.close()
        self._crew = _Cluster(self._work, self._stack.enter_context(client))
