"""Lets a build of the workers work: `python -m deploy.release BUILD`, after its workers were started.

Temporal gives work to the current version only. Every open pathway goes on with it at its next look, forwards and back,
so an upgrade is: start the new workers, run this, stop the old ones; and a way back is the same with the old build.
"""

import argparse
import asyncio
import sys

from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentResponse,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from shared.contracts.identifiers import DEPLOYMENT, NAMESPACE
from shared.wiring.settings import RelaySettings, load
from shared.wiring.temporal import connect

AGAIN_S = 0.2
WITHIN_S = 60.0


class NoWorkersError(Exception):
    """The workers of this build did not come to ask Temporal for work in time: nothing was changed."""


async def release(client: Client, build: str, *, within_s: float = WITHIN_S) -> None:
    """Make this build the current version; returns when Temporal has accepted that.

    Raises NoWorkersError when its workers do not poll every queue within `within_s` seconds.
    """
    clock = asyncio.get_running_loop()
    latest = clock.time() + within_s
    while not await _accepted(client, build):
        if clock.time() > latest:
            raise NoWorkersError(f"the workers of build {build} do not ask for work on every queue")
        await asyncio.sleep(AGAIN_S)


async def _accepted(client: Client, build: str) -> bool:
    """Ask for it. Temporal refuses while one of the queues that are worked on now has no worker of this build."""
    if build not in await builds(client):
        return False
    request = SetWorkerDeploymentCurrentVersionRequest(namespace=NAMESPACE, deployment_name=DEPLOYMENT, build_id=build)
    try:
        await client.workflow_service.set_worker_deployment_current_version(request)
    except RPCError as error:
        if error.status != RPCStatusCode.FAILED_PRECONDITION:
            raise
        return False
    return True


async def builds(client: Client) -> frozenset[str]:
    """The builds whose workers Temporal has heard of."""
    found = await _described(client)
    if found is None:
        return frozenset()
    summaries = found.worker_deployment_info.version_summaries
    return frozenset(each.deployment_version.build_id for each in summaries)


async def current(client: Client) -> str | None:
    """The build that gets the work; None while no version was ever released."""
    found = await _described(client)
    if found is None:
        return None
    return found.worker_deployment_info.routing_config.current_deployment_version.build_id or None


async def _described(client: Client) -> DescribeWorkerDeploymentResponse | None:
    request = DescribeWorkerDeploymentRequest(namespace=NAMESPACE, deployment_name=DEPLOYMENT)
    try:
        return await client.workflow_service.describe_worker_deployment(request)
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            return None
        raise


async def _release(build: str) -> None:
    await release(await connect(load(RelaySettings)), build)


def main() -> int:
    asked = argparse.ArgumentParser(description="Makes a build of the workers the current one.")
    asked.add_argument("build", help="its PATENCY_BUILD_ID")
    build = asked.parse_args().build
    try:
        asyncio.run(_release(build))
    except NoWorkersError as trouble:
        sys.stderr.write(f"release: {trouble}\n")
        return 1
    sys.stdout.write(f"release: {build} is the current build\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
