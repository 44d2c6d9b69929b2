"""The Ray engine: the same work on a cluster, as one streaming pipeline of Ray Data.

Tasks go in as rows, a pool of actors (each with one loaded model) maps them, results come out as they
are finished. Inputs and the store must be reachable from every node under the same name: a shared
folder, and PostgreSQL unless all nodes are this machine. Files are written by the process that started
the job, never by a node.
"""

from __future__ import annotations

import importlib
import os
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.batch.engine import Hear, Result, Task, Trouble
from pipeline.batch.settings import Settings
from pipeline.errors import DuizhaoError, ModelError, UsageError

# What a model needs to be found on a node of a cluster that was started in another environment.
PASSED_ON = ("DUIZHAO_HOME", "DUIZHAO_MODELS")


@dataclass(slots=True)
class RayEngine:
    """Runs tasks in `workers` actors of a Ray cluster: that at `address`, else one on this machine."""

    workers: int = 1
    address: str = ""
    gpus: float = 0.0
    name: str = "ray"

    def run(self, tasks: Iterable[Task], settings: Settings, *, hear: Hear) -> Iterator[Result]:
        """The result of every task, as it comes.

        Ray plans with what it is given, so all tasks are named before the first is done: their paths,
        not their texts.

        Raises:  UsageError: Ray is not installed, or the store cannot be reached from a cluster.
                 ModelError: there is no cluster at the address, or its actors cannot start.
        """
        ray = import_ray()
        if self.address and self.address != "local" and settings.store.find("://") < 0:
            raise UsageError(
                f"a cluster cannot reach the store {settings.store}: give --store postgresql://… with --address"
            )
        rows = [{"task": pickle.dumps(task)} for task in tasks]
        if not rows:
            return
        self._connect(ray)
        hear(
            Trouble(kind="ray_started", body={"nodes": len(ray.nodes()), "address": self.address or "local"})
        )
        try:
            yield from self._results(ray, rows, settings)
        except ray.exceptions.RayError as error:
            raise ModelError(f"Ray failed: {_first_line(error)}") from error
        finally:
            if not self.address:
                ray.shutdown()

    def _connect(self, ray: Any) -> None:
        if ray.is_initialized():
            return
        variables = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        options: dict[str, Any] = {
            "logging_level": "ERROR", "log_to_driver": False, "include_dashboard": False,
            "runtime_env": {"env_vars": variables},
        }  # fmt: skip
        if self.address:
            options |= {"address": self.address}
            del options["include_dashboard"]
        try:
            ray.init(**options)
        except (ConnectionError, ValueError, RuntimeError) as error:
            token = (
                " (if it asks for a token: RAY_AUTH_MODE=token and RAY_AUTH_TOKEN)" if self.address else ""
            )
            raise ModelError(
                f"no Ray cluster at {self.address or 'this machine'}{token}: {_first_line(error)}"
            ) from error

    def _results(self, ray: Any, rows: list[dict[str, bytes]], settings: Settings) -> Iterator[Result]:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        # one task a block, so that a result is handed out when it is done and not when all are
        data = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            RayWorker,
            fn_constructor_args=(pickle.dumps(settings),),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=min(self.workers, len(rows))),
            num_cpus=max(1, settings.threads) if not self.gpus else 1,
            num_gpus=self.gpus or None,
        )
        for row in data.iter_rows():
            message = pickle.loads(row["result"])
            if isinstance(message, DuizhaoError):
                raise message
            yield message


class RayWorker:
    """An actor's share: the same worker as in a local process."""

    def __init__(self, settings: bytes) -> None:
        from pipeline.batch.process import Worker

        self._error: DuizhaoError | None = None
        try:
            self._worker = Worker(pickle.loads(settings))
        except DuizhaoError as error:
            self._error = error

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[bytes]]:
        return {"result": [pickle.dumps(self._done(pickle.loads(task))) for task in batch["task"]]}

    def _done(self, task: Task) -> Result | DuizhaoError:
        if self._error is not None:
            return self._error
        # Ray starts a dead actor again and gives it the same task.
        return self._worker.process_restarted(task)


def import_ray() -> Any:
    """The module `ray` with `ray.data`.

    Raises:  UsageError: it is not installed.
    """
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        importlib.import_module("ray.data")
        return importlib.import_module("ray")
    except ImportError as error:
        raise UsageError(f"--engine ray needs {error.name}: pip install 'duizhao[ray]'") from error


def _first_line(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__
