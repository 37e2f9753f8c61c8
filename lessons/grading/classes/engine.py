"""The engine: submissions go to the workers of dask.distributed, and results come back.

Without a scheduler the workers are threads of this process, one a core. Each does nothing but wait
for the process that judges; and no answer finds a port of theirs at which something would listen.
"""

import logging
import os
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from lessons.checking.running.report import suite
from lessons.grading.classes.worker import Task, judge_apart, stop
from reference.program.cli import UserError

INSTALL = 'The package dask.distributed is missing: run pip install -e ".[class]" in this project.'
GOES_ON = "The same command goes on where it was."
OTHER = (
    "The scheduler or a worker has other files of this project than this command, or none: install "
    f"the same version everywhere, and change nothing meanwhile. {GOES_ON}"
)
HERE = ("127.0.0.1", "localhost")
PATIENCE = 20.0  # seconds for the scheduler to answer
AHEAD = 64  # tasks that are handed out beyond two for each worker, for workers that come later


@dataclass(frozen=True)
class Where:
    """Where the work is done: on this machine, or by the workers of a scheduler."""

    workers: int | None = None  # on this machine; one a core if None
    scheduler: str | None = None
    authority: Path | None = None  # files of TLS; dask's own settings if there are none
    certificate: Path | None = None
    key: Path | None = None


@contextmanager
def connected(where: Where) -> Iterator[Any]:
    """A client of the workers."""
    dask = library()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if where.scheduler:
        with of_scheduler(where) as client:
            yield client
        return
    near = "127.0.0.1:0"  # it always listens for browsers: here alone, and shows them nothing
    nothing: list[str] = []
    routes = {f"distributed.{part}.http.routes": nothing for part in ("scheduler", "worker")}
    with (
        import_module("dask").config.set(routes),
        dask.LocalCluster(
            n_workers=where.workers or cores(),
            threads_per_worker=1,
            processes=False,
            memory_limit=0,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": near},
            worker_dashboard_address=near,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        dask.Client(cluster) as client,
    ):
        yield client


def library() -> Any:
    """The package dask.distributed."""
    try:
        return import_module("distributed")
    except ModuleNotFoundError:
        raise UserError(INSTALL) from None


def of_scheduler(where: Where) -> Any:
    """A client of a scheduler that runs somewhere."""
    dask = library()
    address = re.fullmatch(r"(tls|tcp)://([^/]+):\d+", where.scheduler or "")
    files = {
        "tls_ca_file": where.authority,
        "tls_client_cert": where.certificate,
        "tls_client_key": where.key,
    }
    if address is None:
        raise UserError(f"--scheduler {where.scheduler}: write it as tls://host:8786.")
    if address[1] == "tcp" and address[2] not in HERE:
        raise UserError("A scheduler at tcp:// obeys whoever can reach it: start it with TLS.")
    if any(files.values()) and (not all(files.values()) or address[1] != "tls"):
        raise UserError("--tls-ca, --tls-cert and --tls-key go together, with tls://host:8786.")
    try:
        security = None
        if where.certificate:
            ssl.create_default_context(cafile=where.authority).load_cert_chain(
                where.certificate, where.key
            )
            given = {name: str(path) for name, path in files.items()}
            security = dask.Security(require_encryption=True, **given)
        return dask.Client(where.scheduler, security=security, timeout=PATIENCE)
    except FileNotFoundError:
        missing = next(path for path in files.values() if path and not path.is_file())
        raise UserError(f"There is no file {missing}.") from None
    except ssl.SSLError as error:
        raise UserError(f"The files of TLS do not fit: {error}.") from None
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise UserError(
            f"The scheduler at {where.scheduler} does not answer ({error}): is it running, "
            "and are --tls-ca, --tls-cert and --tls-key those that it was started with?"
        ) from None


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def judge_all(
    tasks: Sequence[Task], client: Any, take: Callable[[Task, dict[str, Any], int], None]
) -> None:
    """Have all tasks done; `take` gets each with its result, and the number of workers.

    Raises
    ------
    UserError
        If no worker can go on.
    """
    left = iter(tasks)
    going: dict[Any, Task] = {}
    completed = library().as_completed()
    try:
        while True:
            workers = len(client.nthreads())
            for task in islice(left, max(0, 2 * workers + AHEAD - len(going))):
                future = client.submit(judge_apart, task, pure=False)
                going[future] = task
                completed.add(future)
            if not going:
                return
            future = next(completed)
            take(going.pop(future), result_of(future), workers)
    finally:
        with suppress(Exception):
            client.cancel(list(going))
            client.run(stop, tasks[0].run, on_error="ignore")


def result_of(future: Any) -> dict[str, Any]:
    """What a worker found."""
    if future.cancelled():
        raise UserError(f"The scheduler has ended. What was judged is kept. {GOES_ON}")
    try:
        result: dict[str, Any] = future.result()
    except library().KilledWorker:
        return broken("The workers that judged it were ended, one after another.")
    except ImportError:
        raise UserError(OTHER) from None
    except Exception as error:
        if "deserializ" in str(error):
            raise UserError(OTHER) from None
        return broken(f"The worker that judged it broke: {type(error).__name__}: {error}.")
    report = result["report"]
    if report and report["suite"]["sha256"] != suite()["sha256"]:
        raise UserError(OTHER)
    return result


def broken(problem: str) -> dict[str, Any]:
    """The result of what could not be judged."""
    return {"report": None, "seconds": 0.0, "problem": problem, "over": False}
