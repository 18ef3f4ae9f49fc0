"""Papers of the examples: a LaTeX warning, or another number of pages than 12 to 18, ends the run with code 1.

python benchmarks/paper.py DIR MODEL.toml ...
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from latex import WARNING

from nearcritical.paper.binding import MAKE

PAGES = re.compile(r"Output written on paper\.pdf \((\d+) pages")
FEWEST, MOST = 12, 18
DIGITS = "15"


def faults(tree: Path) -> list[str]:
    """What LaTeX warns of in the last run over the sources, and a number of pages that is wrong."""
    subprocess.run([*MAKE, "paper.tex"], cwd=tree, capture_output=True, check=False)
    log = (tree / "paper.log").read_text(encoding="latin-1")
    found = [match.group() for match in WARNING.finditer(log)]
    pages = PAGES.search(log)
    if pages is None:
        return [*found, "no pages"]
    print(f"{tree.parent.name}: {pages.group(1)} pages")
    return found if FEWEST <= int(pages.group(1)) <= MOST else [*found, f"not from {FEWEST} to {MOST}"]


def main(directory: str, *models: str) -> int:
    failed = 0
    for model in models:
        place = Path(directory) / Path(model).stem
        report = ["report", "--model", model, "--format", "pdf", "--digits", DIGITS, "--out", str(place)]
        ended = subprocess.run(
            [sys.executable, "-m", "nearcritical", *report], check=False, stderr=subprocess.DEVNULL
        )
        warned = faults(place / "paper") if ended.returncode == 0 else ["no report"]
        print(f"{place.name}: {'; '.join(warned) or 'no warning'}", flush=True)
        failed += bool(warned)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
