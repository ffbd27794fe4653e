"""The corpus flow on a Prefect server: deployed to a work pool, or served from here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import InvalidNameError, ObjectAlreadyExists
from prefect.flows import Flow
from prefect.settings import PREFECT_API_URL
from prefect.types.entrypoint import EntrypointType

from flows.corpus import corpus
from schemas.errors import BackendError, UsageError

ENTRYPOINT = "flows/corpus.py:corpus"
NO_OVERLAP = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""A run that is due while the last one still works is cancelled: both would write one folder."""


@dataclass(frozen=True)
class Deployment:
    """A name, the flow's parameters, and when it runs: by cron (UTC), every so many seconds."""

    name: str
    parameters: dict[str, Any]
    cron: str | None = None
    interval: int | None = None

    def __post_init__(self) -> None:
        if self.cron is not None:
            try:
                CronSchedule(cron=self.cron)
            except ValueError as error:
                raise UsageError(f"--cron {self.cron!r} is no cron expression") from error


def deploy(deployment: Deployment, pool: str) -> str:
    """Registers the flow and its schedule; returns the deployment's id. One run at a time.

    The worker finds the flow in this very installation: an absolute path, so a worker on another
    machine needs corpusmill at the same place.
    """
    with _server():
        asyncio.run(_ensure_pool(pool))
        return str(asyncio.run(_register(deployment, pool)))


async def _register(deployment: Deployment, pool: str) -> UUID:
    source = Path(__file__).resolve().parent.parent
    flow = await Flow.afrom_source(source=source, entrypoint=ENTRYPOINT)
    registered = await flow.ato_deployment(
        name=deployment.name,
        work_pool_name=pool,
        parameters=deployment.parameters,
        cron=deployment.cron,
        interval=deployment.interval,
        concurrency_limit=NO_OVERLAP,
    )
    return await registered.aapply()


def serve(deployment: Deployment) -> None:
    """Serves the flow from this process until it is stopped. One run at a time."""
    with _server():
        corpus.serve(
            name=deployment.name,
            parameters=deployment.parameters,
            cron=deployment.cron,
            interval=deployment.interval,
            global_limit=NO_OVERLAP,
            entrypoint_type=EntrypointType.MODULE_PATH,  # a file path would be one from here
        )


@contextmanager
def _server() -> Iterator[None]:
    """Raises UsageError when no server is set, BackendError when it does not answer or agree."""
    url = PREFECT_API_URL.value()
    if not url:
        raise UsageError(
            "no Prefect server: set PREFECT_API_URL (http://127.0.0.1:4200/api after "
            "`prefect server start`)"
        )
    try:
        yield
    except InvalidNameError as error:
        raise UsageError(f"--name: {error}") from error
    except httpx.TransportError as error:
        raise BackendError(f"no Prefect server answers at {url}: {error}") from error
    except httpx.HTTPStatusError as error:
        raise BackendError(
            f"the Prefect server at {url} refuses: {error.response.text}; its version must be "
            f"that of the client, {version('prefect')}"
        ) from error


async def _ensure_pool(name: str) -> None:
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            kind = (await client.read_work_pool(name)).type
            if kind != "process":
                raise UsageError(
                    f"--pool {name} is a work pool of type {kind!r}; name another, or a new one"
                ) from None
