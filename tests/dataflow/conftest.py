"""The finished run, for every test below."""

from tests.finished_run import damaged as damaged
from tests.finished_run import done as done
