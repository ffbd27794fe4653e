"""Rebuilds the sample documents: `python -m sample_data.make [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from sample_data.make.catalogue import BUILT_WITH, DOCUMENTS, build, versions

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    sizes = build(folder)
    if folder == DOCUMENTS:
        lines = [f'{tool} = "{version}"\n' for tool, version in versions().items()]
        head = "# What made the documents; other versions may give other compressed bytes.\n"
        BUILT_WITH.write_text(head + "".join(lines), encoding="utf-8")
    for name, size in sizes.items():
        print(f"{size:>8,}  {name}")
    print(f"{sum(sizes.values()):>8,}  bytes in {len(sizes)} files under {folder}")
