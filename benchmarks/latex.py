"""The derivations of the examples, typeset in one column and in two: what LaTeX warns of ends the run with code 1.

python benchmarks/latex.py DIR MODEL.toml ...
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from nearcritical import derive, export, load

COLUMNS = {"": r"\documentclass{article}", "_two_columns": r"\documentclass[twocolumn]{article}"}
WARNING = re.compile(r"^(!|Overfull|LaTeX Warning: .*(?:undefined|multiply|changed)).*$", re.MULTILINE)


def typeset(place: Path, name: str, source: str) -> list[str]:
    """What LaTeX warns of in the second run, when it knows the labels; the pages are beside the source."""
    (place / f"{name}.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", f"{name}.tex"]
    for _ in range(2):
        subprocess.run(command, cwd=place, capture_output=True, check=False)
    log = (place / f"{name}.log").read_text(encoding="latin-1")
    found = [match.group() for match in WARNING.finditer(log)]
    return found if (place / f"{name}.pdf").exists() else [*found, "no pages"]


def main(directory: str, *models: str) -> int:
    place, failed = Path(directory), 0
    place.mkdir(parents=True, exist_ok=True)
    for model in models:
        source = export(derive(load(model)), "latex", steps=True, standalone=True)
        for columns, begun in COLUMNS.items():
            name = f"{Path(model).stem}{columns}"
            warned = typeset(place, name, source.replace(COLUMNS[""], begun, 1))
            print(f"{name}: {'; '.join(warned) or 'no warning'}")
            failed += bool(warned)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
