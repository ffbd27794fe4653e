"""CPU seconds of `corpusmill --help` and of importing the four packages.

    python -m benchmarks startup

The median of five runs each, children included. Ends with 1 when one is over its bound.
"""

from __future__ import annotations

import argparse
import statistics
import sys

from benchmarks.cost import COMMAND, commit, measure, table

CASES = {
    "corpusmill --help": ((*COMMAND, "--help"), 0.5),
    "import schemas, parsers, dataflow, flows": (
        (sys.executable, "-P", "-c", "import schemas, parsers, dataflow, flows"),
        0.3,
    ),
    "corpusmill run --help": ((*COMMAND, "run", "--help"), 0.5),
    "import all that a run needs": (
        (sys.executable, "-P", "-c", "import dataflow.pipeline.run, dataflow.execution.local"),
        None,
    ),
}
"""What is measured, and the bound in CPU seconds, None where it is only for information."""


def main() -> int:
    """Prints a table; 1 when a median is over its bound."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    rows, over = [], False
    for name, (command, bound) in CASES.items():
        costs = [measure(command) for _ in range(times)]
        if any(cost.status for cost in costs):
            sys.exit(f"{name}: {costs[0].errors}")
        spent = [cost.cpu_seconds for cost in costs]
        middle = statistics.median(spent)
        over |= bound is not None and middle > bound
        shown = (round(value, 3) for value in (middle, min(spent), max(spent)))
        rows.append((name, *shown, bound or ""))
    print(f"commit {commit()}, {times} runs each, CPU seconds")
    print(table(("command", "median", "least", "most", "bound"), rows))
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
