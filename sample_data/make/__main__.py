"""Rebuilds the sample documents: `python -m sample_data.make [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from sample_data.make.catalogue import DOCUMENTS, build

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    sizes = build(folder)
    for name, size in sizes.items():
        print(f"{size:>8,}  {name}")
    print(f"{sum(sizes.values()):>8,}  bytes in {len(sizes)} files under {folder}")
