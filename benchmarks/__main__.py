"""`python -m benchmarks` lists the scripts, `python -m benchmarks NAME [args]` runs one."""

from __future__ import annotations

import ast
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = frozenset({"__init__", "__main__", "cost", "filters_peer", "inputs", "own", "yardsticks"})
"""Modules that the scripts share."""


def scripts() -> dict[str, str]:
    """Names of the scripts and the first line of what each says of itself.

    A script is a module, or a package with a `__main__` module, which then speaks for it.
    """
    found = {path.stem: path for path in HERE.glob("*.py") if path.stem not in PARTS}
    found |= {path.parent.name: path for path in HERE.glob("*/__main__.py")}
    return {name: _first_line(path) for name, path in sorted(found.items())}


def _first_line(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def main() -> int:
    """Lists the scripts, or runs the one that is named."""
    known = scripts()
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print("python -m benchmarks NAME [--help | options]\n")
        for name, line in known.items():
            print(f"  {name.ljust(max(map(len, known)))}  {line}")
        return 0
    name = sys.argv[1]
    if name not in known:
        print(f"no script {name!r}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    del sys.argv[1]
    runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
