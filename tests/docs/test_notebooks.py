"""The notebooks: their cells run one after the other, and they are kept without outputs.

`make docs` executes them in a kernel. Here they run as the plain Python that they are, without the packages of the site.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def cells(notebook: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return found


SHOW = """
def show(result):
    print(getattr(result, "_repr_html_", lambda: None)() or repr(result))
"""


def as_script(codes: list[str]) -> str:
    """The cells as one program, which shows what each ends in, as a kernel does."""
    script = ast.parse(SHOW)
    for code in codes:
        statements = ast.parse(code).body
        if isinstance(statements[-1], ast.Expr):
            shown = ast.Call(ast.Name("show", ast.Load()), [statements[-1].value], [])
            statements[-1] = ast.Expr(shown)
        script.body += statements
    return ast.unparse(ast.fix_missing_locations(script))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook: Path, tmp_path: Path) -> None:
    codes = ["".join(cell["source"]) for cell in cells(notebook) if cell["cell_type"] == "code"]
    done = subprocess.run(
        [sys.executable, "-c", as_script(codes)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "svg"},
    )
    assert done.returncode == 0, done.stderr
    assert "passed" in done.stdout and "failed" not in done.stdout


def test_there_are_three_and_none_has_outputs() -> None:
    assert len(NOTEBOOKS) == 3
    for notebook in NOTEBOOKS:
        for cell in cells(notebook):
            assert not cell.get("outputs") and cell.get("execution_count") is None
