"""The finished run and the Prefect server, for every test below."""

from tests.finished_run import damaged as damaged
from tests.finished_run import done as done
from tests.flows.prefect_server import running_server as running_server
