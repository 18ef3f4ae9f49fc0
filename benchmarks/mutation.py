"""Every mutant of every law of the default theory: how many does `verify` reject?

    python benchmarks/mutation.py [PROCESSES]

prints a row for each law and ends with exit code 1 if one survives that is not proved equivalent.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from analytics.law import Law
from nearcritical import derive, network
from numerics.mutation import Score, score

DEFAULT = network("algebraic", "laplacian", c="3/10")
WIDE = network("algebraic", "laplacian", c="5/2")
"""A band wider than 2 pi, where the windings of `complex_wavenumber` are among the least damped waves."""


def scores(name: str) -> list[Score]:
    """Of a law and of its alternatives on other backgrounds."""
    theory = derive(DEFAULT)
    names = list(theory)
    neighbour = theory[names[names.index(name) - 1]]
    also = (WIDE,) if name == "complex_wavenumber" else ()
    laws: tuple[Law, ...] = (theory[name], *theory[name].alternatives)
    return [score(law, neighbour=neighbour, also=also) for law in laws]


def rows(found: Iterator[list[Score]]) -> Iterator[tuple[Score, str]]:
    for several in found:
        for place, one in enumerate(several):
            name = (
                one.law.name if place == 0 else f"{one.law.name}, at {', '.join(map(str, one.law.symbols))}"
            )
            yield one, f"| {name} | {one.killed} | {one.total} | {len(one.equivalent)} |"


def main(processes: int) -> int:
    print("# Wrong laws rejected\n")
    print(f"`make mutants` on {date.today()}, {platform.machine()}, Python {platform.python_version()}.\n")
    print("| law | killed | of | proved equivalent |")
    print("| --- | --- | --- | --- |")
    killed = total = equivalent = 0
    survivors: list[str] = []
    with ProcessPoolExecutor(processes) as pool:
        for one, row in rows(pool.map(scores, derive(DEFAULT))):
            print(row, flush=True)
            killed, total, equivalent = (
                killed + one.killed,
                total + one.total,
                equivalent + len(one.equivalent),
            )
            survivors += [f"{one.law.name}: {mutant.change}" for mutant in one.survivors]
    print(
        f"\nScore: {killed} of {total} killed, {100 * killed / total:.6g} %; {equivalent} more are equivalent."
    )
    for survivor in survivors:
        print(f"- survived: {survivor}")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2))
