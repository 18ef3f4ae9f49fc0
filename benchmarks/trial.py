"""Does any way to a value of a law give a wrong one silently?

    python benchmarks/trial.py [--cases N] [--seed S] [--jobs J] [--network NUMBER]

tries laws of random networks at random points by every outlet, until there are N cases, against a judge that
knows the map alone. Prints what became of them, wrong ones at once too, and ends with exit code 1 if there is one.
--network: all cases of one network, to look into.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from itertools import count, islice
from random import Random

from heading import heading

from derivations.theory import derive
from nearcritical.report.programs import runners
from numerics.judging.drawn_networks import drawn_network
from numerics.judging.trial import LANGUAGES, OPEN, OUTLETS, REFUSED, RESULTS, WRONG, Case, network_trial

LAWS, POINTS = 10, 3
"""Of each network, drawn by lot, and the points of each version of a law."""

REASONS = 40
"""Most frequent reasons of refusals that are told."""


def cases_of(number: int, seed: int) -> list[Case]:
    random = Random(1_000_000 * seed + number)
    return list(network_trial(drawn_network(random), random, derive, runners(), laws=LAWS, points=POINTS))


def cases(numbers: Iterator[int], seed: int, jobs: int) -> Iterator[tuple[int, Case]]:
    """The cases of one network after the other, a few of them computed ahead by `jobs` processes."""
    with ProcessPoolExecutor(jobs) as pool:
        ahead = deque((number, pool.submit(cases_of, number, seed)) for number in islice(numbers, 2 * jobs))
        try:
            while ahead:
                number, found = ahead.popleft()
                ahead.extend((after, pool.submit(cases_of, after, seed)) for after in islice(numbers, 1))
                yield from ((number, case) for case in found.result())
        finally:
            pool.shutdown(cancel_futures=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--network", type=int)
    given = parser.parse_args(arguments)
    numbers = count() if given.network is None else iter([given.network])
    found = []
    with closing(cases(numbers, given.seed, given.jobs)) as drawn:
        for number, case in islice(drawn, given.cases):
            found.append((number, case))
            if case.result == WRONG:
                print(_told(number, case), file=sys.stderr, flush=True)
    used = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    print(page(found, given.seed, used, runners()))
    return 1 if any(case.result == WRONG for _, case in found) else 0


def page(found: Sequence[tuple[int, Case]], seed: int, seconds: float, run: Collection[str]) -> str:
    """What became of the cases, each with the number of its network. run: the languages that are here."""
    cases = [case for _, case in found]
    lines = [
        heading("A trial of every outlet", "make trial", f"seed {seed}", "sympy", "mpmath", "numpy"),
        f"{len(cases)} cases on {len({number for number, _ in found})} networks; {seconds:.0f} s of one core.",
    ]
    missing = [language for language in LANGUAGES if language not in run]
    lines += [f"Nothing that runs {language} is here: it was left out." for language in missing]
    lines += ["", f"| outlet | {' | '.join(RESULTS)} |", f"| --- |{' --- |' * len(RESULTS)}"]
    for outlet in (outlet for outlet in OUTLETS if outlet not in missing):
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
