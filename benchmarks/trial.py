"""Does any way to a value of a law give a wrong one silently?

    python benchmarks/trial.py [--cases N] [--seed S] [--network NUMBER]

tries laws of random networks at random points by every outlet, until there are N cases, against a judge that
knows the map alone. Prints what became of them, and ends with exit code 1 if a value is wrong.
--network: all cases of one network, to look into.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from random import Random

from heading import heading

from derivations.theory import derive
from nearcritical.report.programs import runners
from numerics.judging.drawn_networks import drawn_network
from numerics.judging.trial import OPEN, OUTLETS, REFUSED, RESULTS, WRONG, Case, Programs, network_trial

LAWS, POINTS = 10, 3
"""Of each network, drawn by lot, and the points of each version of a law."""

REASONS = 40
"""Most frequent reasons of refusals that are told."""


def cases_of(number: int, seed: int, programs: Mapping[str, Programs]) -> Iterator[Case]:
    random = Random(1_000_000 * seed + number)
    return network_trial(drawn_network(random), random, derive, programs, laws=LAWS, points=POINTS)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--network", type=int)
    given = parser.parse_args(arguments)
    programs = runners()
    numbers = count() if given.network is None else [given.network]
    start = time.process_time()
    drawn = ((number, case) for number in numbers for case in cases_of(number, given.seed, programs))
    found = list(islice(drawn, given.cases))
    print(page(found, given.seed, time.process_time() - start, "C" in programs))
    return 1 if any(case.result == WRONG for _, case in found) else 0


def page(found: Sequence[tuple[int, Case]], seed: int, seconds: float, has_c: bool) -> str:
    """What became of the cases, each with the number of its network."""
    cases = [case for _, case in found]
    lines = [
        heading("A trial of every outlet", "make trial", f"seed {seed}", "sympy", "mpmath", "numpy"),
        f"{len(cases)} cases on {len({number for number, _ in found})} networks; {seconds:.0f} s of one core.",
    ]
    if not has_c:
        lines.append("No C compiler is here: exported C was left out.")
    lines += ["", f"| outlet | {' | '.join(RESULTS)} |", f"| --- |{' --- |' * len(RESULTS)}"]
    for outlet in OUTLETS:
        results = Counter(case.result for case in cases if case.outlet == outlet)
        lines.append(f"| {outlet} | {' | '.join(str(results[result]) for result in RESULTS)} |")
    for result in (REFUSED, OPEN):
        told = Counter((case.outlet, case.reason) for case in cases if case.result == result)
        if told:
            lines += ["", f"{result.capitalize()}:", ""]
            lines += [f"- {outlet}, {n}: {reason}" for (outlet, reason), n in told.most_common(REASONS)]
    wrong = [(number, case) for number, case in found if case.result == WRONG]
    lines += ["", f"{len(wrong)} wrong.", *(_told(number, case) for number, case in wrong)]
    return "\n".join(lines)


def _told(number: int, case: Case) -> str:
    values = f"; {case.value}, right {case.wanted}" if case.value else ""
    return f"- {case.outlet}, {case.law} of network {number}, `{case.network}`, at {case.point}: {case.reason}{values}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
