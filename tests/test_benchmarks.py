"""A tiny run of the benchmarks: ours and the peers give the same values, and the page has its rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_bench_compares_before_it_measures() -> None:
    command = [sys.executable, "benchmarks/bench.py", "--tiny", "--clock", "cpu"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    assert run.returncode == 0, run.stderr
    rows = [line for line in run.stdout.splitlines() if line.startswith("| ") and "---" not in line]
    for begun in (
        "step, 30 digits",
        "simulate, 30 digits",
        "step in doubles",
        "simulate, 130",
        "resonant_amplitude",
        "forced_amplitude",
    ):
        assert any(row.startswith(f"| {begun}") for row in rows)
    assert len({row.count("|") for row in rows}) <= 3 and " nan" not in run.stdout
