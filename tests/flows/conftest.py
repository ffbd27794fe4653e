"""The finished run and the servers, for every test below."""

from tests.finished_run import damaged as damaged
from tests.finished_run import done as done
from tests.flows.asking import running_model as running_model
from tests.flows.asking import source as source
from tests.flows.prefect_server import running_server as running_server
