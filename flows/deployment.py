"""The corpus flow on a Prefect server: deployed to a work pool, or served from here."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import Flow

from flows.corpus import corpus
from schemas.errors import BackendError, UsageError

ENTRYPOINT = "flows/corpus.py:corpus"
NO_OVERLAP = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
"""A run that is due while the last one still works is cancelled: both would write one folder."""


def _need_server() -> None:
    if not os.environ.get("PREFECT_API_URL"):
        raise UsageError(
            "set PREFECT_API_URL to your server (http://127.0.0.1:4200/api after "
            "`prefect server start`)"
        )


async def _ensure_pool(name: str) -> None:
    async with get_client() as client:
        try:
            await client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            return


def deploy(
    name: str, pool: str, parameters: dict[str, Any], cron: str | None, interval: int | None
) -> str:
    """Registers the flow and its schedule; returns the deployment's id. At most one run at once."""
    _need_server()
    asyncio.run(_ensure_pool(pool))
    source = Path(__file__).resolve().parent.parent
    loaded = Flow.from_source(source=str(source), entrypoint=ENTRYPOINT)
    if not isinstance(loaded, Flow):
        raise BackendError("Prefect returned no flow for its own entry point")
    identity = loaded.deploy(
        name=name,
        work_pool_name=pool,
        parameters=parameters,
        cron=cron,
        interval=interval,
        concurrency_limit=NO_OVERLAP,
        print_next_steps=False,
    )
    return str(identity)


def serve(name: str, parameters: dict[str, Any], cron: str | None, interval: int | None) -> None:
    """Serves the flow from this process until it is stopped."""
    _need_server()
    corpus.serve(name=name, parameters=parameters, cron=cron, interval=interval, limit=1)
