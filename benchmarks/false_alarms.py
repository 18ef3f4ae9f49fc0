"""Does every true law pass, on networks and at points drawn at random?

    python benchmarks/false_alarms.py [--networks N] [--points P] [--laws L] [--digits D] [--seed S] [--processes J]

verifies laws of N random networks, each version of a law (on a uniform background, on an oscillation) by itself, at
P random settings and the same with q = 0; laws with a remainder along their limit, from the first two of these.
Of each network L laws are drawn, all of them where L is 0.
Prints a row for each network, how often each law was tried and which verdicts stay open, and ends with exit code 1 if a
law fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from heading import heading

from analytics.errors import VerificationError
from analytics.law.law import Law
from derivations.theory import derive
from numerics.trials.sampling import random_network, random_settings
from numerics.verification.verdict import Verdict
from numerics.verification.verify import verify

ALONG_A_LIMIT = 2
"""Settings at which a law with a remainder is followed to its limit."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the laws of one network.

    idle: versions that none of the settings fits. alarms, undecided: laws that failed, and whose verdict is open; why.
    """

    number: int
    network: str
    profile: str
    frequency: str
    laws: tuple[str, ...]
    comparisons: int
    idle: int
    alarms: tuple[str, ...]
    undecided: tuple[str, ...]
    seconds: float


def trial(number: int, *, points: int, laws: int, digits: int, seed: int) -> Trial:
    """Laws of the network that `number` and `seed` draw."""
    start = time.perf_counter()
    random = Random(1_000_000 * seed + number)
    network = random_network(random)
    settings = random_settings(network, random, points)
    theory = derive(network)
    names = sorted(random.sample(list(theory), min(laws, len(theory))) if laws else theory)
    verdicts: list[tuple[Law, Verdict]] = []
    idle = 0
    for law in map(theory.__getitem__, names):
        for version in law.versions:
            alone = replace(version, alternatives=())
            try:
                most = None if alone.is_exact else ALONG_A_LIMIT
                verdicts.append((alone, verify(alone, digits, most=most, settings=settings)))
            except VerificationError:
                idle += 1
    return Trial(
        number,
        network.name,
        str(network.activation.profile),
        str(network.kernel.frequency(network.kernel.wavenumbers)),
        tuple(law.name for law, _ in verdicts),
        sum(len(verdict.points) for _, verdict in verdicts),
        idle,
        _told(verdicts, passed=False),
        _told(verdicts, passed=None),
        time.perf_counter() - start,
    )


def _told(verdicts: list[tuple[Law, Verdict]], *, passed: bool | None) -> tuple[str, ...]:
    return tuple(
        f"{law.name}({', '.join(map(str, law.symbols))}): {verdict.reason}"
        for law, verdict in verdicts
        if verdict.passed is passed
    )


def trials(networks: int, processes: int, **options: int) -> Iterator[Trial]:
    run = partial(trial, **options)
    if processes == 1:
        yield from map(run, range(networks))
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(run, range(networks))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    defaults = {"networks": 200, "points": 2, "laws": 2, "digits": 20, "seed": 1, "processes": 2}
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    start = time.perf_counter()
    about = (
        f"seed {given.seed}, {given.networks} networks x {given.points} points, {given.laws or 'all'} laws of each, "
        f"{given.digits} digits"
    )
    print(heading("No false alarm", "make false-alarms", about, "sympy", "mpmath", "python-flint"))
    print("| network | rho(r) | omega(k) | verdicts | comparisons | false alarms | open | s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    options = {name: getattr(given, name) for name in ("points", "laws", "digits", "seed")}
    found: list[Trial] = []
    for one in trials(given.networks, given.processes, **options):
        found.append(one)
        print(
            f"| {one.number} {one.network} | `{one.profile}` | `{one.frequency}` | {len(one.laws)} | "
            f"{one.comparisons} | {len(one.alarms)} | {len(one.undecided)} | {one.seconds:.0f} |",
            flush=True,
        )
    alarms = [f"- network {one.number}, {one.network}: {reason}" for one in found for reason in one.alarms]
    undecided = [
        f"- network {one.number}, {one.network}: {reason}" for one in found for reason in one.undecided
    ]
    print(
        f"\n{len(alarms)} false alarms and {len(undecided)} open in {sum(len(one.laws) for one in found)} verdicts "
        f"over {sum(one.comparisons for one in found)} comparisons, {len(found) * given.points} networks x points; "
        f"{sum(one.idle for one in found)} versions of laws had no point among them. "
        f"{time.perf_counter() - start:.0f} s."
    )
    counted = Counter(name for one in found for name in one.laws)
    print(f"\nVerdicts by law: {', '.join(f'{name} {count}' for name, count in counted.most_common())}.")
    for title, reasons in (("Failed", alarms), ("Open", undecided)):
        print("\n".join([f"\n{title}: {len(reasons)}.", *reasons]))
    return 1 if alarms else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
