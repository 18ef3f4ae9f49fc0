"""Every compiled law against its own evaluation over its whole domain, in units in the last place.

    python benchmarks/doubles.py [--model FILE] [--sweep N] [--drawn N] [--seed S] [--law NAME]...

Each parameter is swept over its decades down to 1e-39, and points are drawn at random. A row tells the largest error
and where it is; beside it the condition number of the formula there, which is what the rounding of its arguments
alone can do. Each point is taken alone and among thousands. Ends with exit code 1 where an error exceeds FEW units
times the condition.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from heading import heading

from analytics.law.law import Law
from nearcritical import derive, load, network
from numerics.trials.double_errors import DoubleError, double_error, points_over_the_domain

FEW = 8
"""Units in the last place that are a few."""


AMONG = 5000
"""Points that a law is asked for at once: it finds the roots of many from those of a few."""


def among_others(function: Callable[..., Any], random: Random) -> Callable[..., Any]:
    """The values of `function` at a point, one of AMONG whose first parameters are half to twice as large."""
    factors = np.random.default_rng(random.getrandbits(32)).uniform(0.5, 2, AMONG)
    factors[-1] = 1.0
    return lambda first, *others: function(first * factors, *others)[..., -1]


def errors(law: Law, random: Random, sweep: int, drawn: int) -> list[DoubleError]:
    function = law.compile()
    points = points_over_the_domain(law, random, per_parameter=sweep, drawn=drawn)
    ways = (function, among_others(function, random))
    found = (double_error(law, way, point) for point in dict.fromkeys(points) for way in ways)
    return [error for error in found if error is not None]


def place(law: Law, error: DoubleError) -> str:
    return ", ".join(f"{symbol} = {x:.4g}" for symbol, x in zip(law.symbols, error.point, strict=True))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--law", action="append")
    for name, default in (("sweep", 20), ("drawn", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    studied = load(given.model) if given.model else network("algebraic", "laplacian", c="3/10")
    theory, start = derive(studied), time.perf_counter()
    about = f"{studied.name}, seed {given.seed}"
    print(heading("Doubles over the whole domain", "make doubles", about, "numpy", "mpmath"))
    print("Errors in units of the last place. Explained is what the condition number times one unit makes.\n")
    print("| law | points | largest error | condition there | at | error over condition, at most | at |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    lossy: list[str] = []
    for name in given.law or theory:
        for law in (theory[name], *theory[name].alternatives):
            if law.count is None:
                continue
            found = errors(law, Random(given.seed), given.sweep, given.drawn)
            label = f"{name}({', '.join(map(str, law.symbols))})"
            if not found:
                print(f"| {label} | 0 | | | no double satisfies {law.condition_text} | | |", flush=True)
                continue
            worst, loss = max(found, key=lambda e: e.ulps), max(found, key=lambda e: e.unexplained)
            print(
                f"| {label} | {len(found)} | {worst.ulps:.3g} | {worst.condition:.3g} | {place(law, worst)} | "
                f"{loss.unexplained:.3g} | {place(law, loss)} |",
                flush=True,
            )
            if loss.unexplained > FEW:
                lossy.append(
                    f"{label}: {loss.ulps:.3g} units, condition {loss.condition:.3g}, at {place(law, loss)}"
                )
    print(
        f"\n{len(lossy)} laws lose digits that their condition does not explain; {time.perf_counter() - start:.0f} s."
    )
    for line in lossy:
        print(f"- {line}")
    return 1 if lossy else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
