"""How quick it is: ours beside what a user would write instead, in one run, interleaved.

    python benchmarks/bench.py [--tiny] [--clock wall|cpu]

The time of a job is the median of several rounds, every job once a round; the spread is from the first to the third
quarter of the rounds' ratios. What two jobs give is compared before they are timed. --tiny: small sizes and one round,
for the comparison alone. --clock: seconds on the wall, or of all processors, which a busy machine disturbs less. Ends
with exit code 1 where two jobs disagree.
"""

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import log, log2, prod
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

import mpmath
import numpy as np
from heading import heading
from peers import COUPLING, MpmathStep, bisected, lambdified, numpy_step

from nearcritical import Samples, derive, network, simulate
from numerics.doubles.transforms import transforms_of_ducc, transforms_of_scipy
from numerics.engines.choice import quickest
from numerics.lattice.map import Lattice

Job = Callable[[], Any]
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
LEAST = 0.05
"""Seconds that a job is repeated for in a round."""


@dataclass(frozen=True)
class Bench:
    """How jobs are timed, and on what sizes."""

    clock: Callable[[], float]
    rounds: int
    is_tiny: bool

    def sizes(self, large: list[Any], tiny: list[Any]) -> list[Any]:
        return tiny if self.is_tiny else large

    def seconds(self, jobs: dict[str, Job]) -> dict[str, list[float]]:
        """Seconds of one call of each job, in each round."""
        counts = {name: max(1, int(LEAST / max(self._once(job, 1), 1e-9))) for name, job in jobs.items()}
        found: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(self.rounds):
            for name, job in jobs.items():
                found[name].append(self._once(job, 1 if self.is_tiny else min(counts[name], 1000)))
        return found

    def _once(self, job: Job, count: int) -> float:
        start = self.clock()
        for _ in range(count):
            job()
        return (self.clock() - start) / count

    def compared(self, work: str, ours: str, jobs: dict[str, Job]) -> list[str]:
        """Rows of `ours` against each other job."""
        seconds = self.seconds(jobs)
        rows = []
        for peer in jobs:
            if peer != ours:
                ratios = sorted(b / a for a, b in zip(seconds[ours], seconds[peer]) if a > 0) or [
                    float("nan")
                ]
                low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
                mine, other = (1000 * median(seconds[name]) for name in (ours, peer))
                cells = [
                    work,
                    f"{mine:.3g}",
                    peer,
                    f"{other:.3g}",
                    f"{median(ratios):.3g}x",
                    f"{low:.3g} to {high:.3g}",
                ]
                rows.append(f"| {' | '.join(cells)} |")
        return rows


def require(agrees: bool, work: str) -> None:
    if not agrees:
        sys.exit(f"{work}: the two do not agree")


def drawn(shape: tuple[int, ...]) -> Any:
    generator = np.random.default_rng(prod(shape))
    return 0.1 * (generator.normal(size=shape) + 1j * generator.normal(size=shape))


def ring_or_torus(dimension: int) -> Any:
    return network("algebraic", "laplacian", dimension=dimension, c=COUPLING)


def stepping(engine: str, shape: tuple[int, ...], digits: int) -> tuple[Any, Job]:
    """A map, and a step of it from a state that is no more at rest."""
    step = Lattice(ring_or_torus(len(shape)), shape).map(engine, digits)
    drive = step.engine.vector(drawn(shape).ravel())
    state = step.step(drive, drive)
    return step, partial(step.step, state, drive, np.empty(shape, dtype=complex))


def stepped(step: Callable[[Any, Any], Any], drive: Any, steps: int) -> Any:
    """The states from rest on."""
    states = [[0 * value for value in drive] if isinstance(drive, list) else np.zeros_like(drive)]
    for _ in range(steps):
        states.append(step(states[-1], drive))
    return np.array(states)


def digits_rows(bench: Bench) -> list[str]:
    """A step of many digits against mpmath and flint."""
    rows, profile = [], ring_or_torus(1).activation.profile
    for digits in bench.sizes([30, 100, 1000], [30]):
        for sites in bench.sizes([64, 256, 1024], [128]):
            engine = quickest((sites,), digits, profile, steps=100)
            work = f"step, {digits} digits, {sites} sites ({engine})"
            ours, job = stepping(engine, (sites,), digits)
            peer = MpmathStep(sites, digits)
            inputs = peer.numbers(drawn((sites,)))
            theirs = partial(peer.step, peer.step(inputs, inputs), inputs)
            require(agree(ours.engine.array(job()), theirs(), digits), work)
            jobs = {engine: job, "mpmath, own FFT": theirs}
            if engine != "ball":
                jobs["flint"] = stepping("ball", (sites,), digits)[1]
            rows += bench.compared(work, engine, jobs)
    return rows


def one_by_one(step: Callable[[Any, Any], Any], states: list[Any], drives: list[Any]) -> list[Any]:
    return [step(state, drive) for state, drive in zip(states, drives)]


def together_rows(bench: Bench) -> list[str]:
    """A step of several inputs together, against one after the other and against mpmath."""
    rows = []
    sizes = [(30, 64, 16), (30, 256, 8), (100, 64, 16), (100, 256, 4), (1000, 64, 4)]
    for digits, sites, many in bench.sizes(sizes, [(30, 32, 3)]):
        work = f"step of {many} inputs, {digits} digits, {sites} sites (integer)"
        step = Lattice(ring_or_torus(1), (sites,)).map("integer", digits)
        given = [drawn((sites,)) * size for size in np.linspace(0.5, 1, many)]
        drives = [step.engine.vector(values) for values in given]
        states = [step.step(drive, drive) for drive in drives]
        peer = MpmathStep(sites, digits)
        inputs = [peer.numbers(values) for values in given]
        theirs = [peer.step(values, values) for values in inputs]
        jobs: dict[str, Job] = {
            "together": partial(step.steps, states, drives),
            "one by one": partial(one_by_one, step.step, states, drives),
            "mpmath, own FFT": partial(one_by_one, peer.step, theirs, inputs),
        }
        for mine, other in zip(jobs["together"](), jobs["mpmath, own FFT"]()):
            require(agree(step.engine.array(mine), other, digits), work)
        rows += bench.compared(work, "together", jobs)
    return rows


def simulation_rows(bench: Bench) -> list[str]:
    """`simulate` at 30 digits, all states kept, against a loop in mpmath."""
    sites, steps = (128, 6) if bench.is_tiny else (256, 20)
    work, peer = f"simulate, 30 digits, {sites} sites, {steps} steps", MpmathStep(sites, 30)
    inputs = peer.numbers(drawn((sites,)))
    ours = partial(simulate, ring_or_torus(1), (sites,), Samples(drawn((sites,))), steps, digits=30)
    theirs = partial(stepped, peer.step, inputs, steps)
    require(agree(ours().states, theirs(), 30), work)
    return bench.compared(work, "ours", {"ours": ours, "mpmath, own FFT": theirs})


def agree(left: Any, right: Any, digits: int) -> bool:
    """But for the last three digits, counted after the point."""
    with mpmath.workdps(digits):
        return bool(abs(left - np.array(right)).max() < mpmath.mpf(10) ** (3 - digits))


def doubles_rows(bench: Bench) -> list[str]:
    """A step in doubles, and five through `simulate`, against NumPy as one writes it; transforms of both libraries."""
    rows = []
    for transforms in (transforms_of_scipy(), transforms_of_ducc()):
        with patch("numerics.doubles.convolution.quickest_transforms", lambda found=transforms: found):
            rows += [row.replace(" |", f" ({transforms.name}) |", 1) for row in _doubles_rows(bench)]
    return rows


def _doubles_rows(bench: Bench) -> list[str]:
    rows = []
    for shape in bench.sizes([(1 << 20,), (2048, 2048)], [(1 << 15,), (160, 160)]):
        work, drive, peer = f"step in doubles, {' x '.join(map(str, shape))}", drawn(shape), numpy_step(shape)
        ours, job = stepping("double", shape, 15)
        state = peer(drive, drive)
        require(np.abs(ours.engine.array(job()) - peer(state, drive)).max() < 1e-14, work)
        rows += bench.compared(work, "ours", {"ours": job, "NumPy": partial(peer, state, drive)})
    for shape in bench.sizes([(1024, 1024)], [(130, 130)]):
        work, drive = f"simulate, {' x '.join(map(str, shape))}, 5 steps", drawn(shape)
        plain = partial(stepped, numpy_step(shape), drive, 5)
        through = partial(simulate, ring_or_torus(2), shape, Samples(drive), 5)
        require(np.abs(through().states - plain()).max() < 1e-14, work)
        rows += bench.compared(work, "ours", {"ours": through, "NumPy": plain})
    return rows


def law_rows(bench: Bench) -> list[str]:
    """Compiled laws: one that is explicit against SymPy's lambdify, one that is implicit against bisections."""
    theory = derive(network())
    explicit, implicit = theory["resonant_amplitude"], theory["forced_amplitude"]
    (many,), (some,) = bench.sizes([10**6], [1000]), bench.sizes([10**5], [1000])
    detuned = (np.geomspace(1e-6, 1e-1, some), np.full(some, 0.1))
    cases = (
        (explicit, (np.geomspace(1e-9, 1e-2, many),), "lambdify", lambdified(explicit)),
        (implicit, detuned, "52 bisections", bisected(implicit, 0.0, 1 - 1e-16)),
    )
    rows = []
    for law, values, name, peer in cases:
        ours = law.compile("numpy")
        # bisections end within 2^-52 of a root in (0, 1)
        require(bool(np.allclose(ours(*values), peer(*values), rtol=1e-12, atol=1e-15)), law.name)
        jobs = {"ours": partial(ours, *values), name: partial(peer, *values)}
        rows += bench.compared(f"{law.name}, {values[0].size} points", "ours", jobs)
    return rows


def growth_rows(bench: Bench) -> list[str]:
    """Exponents fitted to the time of a step: of N, beside that of N log N on the same sizes, and of the digits."""
    rows = []
    for engine, digits, sizes in (
        ("integer", 30, bench.sizes([256, 512, 1024, 2048, 4096], [128, 256])),
        ("ball", 30, bench.sizes([64, 128, 256, 512, 1024], [16, 32])),
        ("double", 15, bench.sizes([1 << k for k in range(14, 21)], [1 << 10, 1 << 11])),
    ):
        times = [_time(bench, engine, sites, digits) for sites in sizes]
        rows.append(_growth(f"sites, {digits} digits, {engine}", sizes, times))
    for engine in ("integer", "ball"):
        many = bench.sizes([30, 60, 100, 200, 400, 1000], [30, 60])
        times = [_time(bench, engine, 256, digits) for digits in many]
        rows.append(_growth(f"digits, 256 sites, {engine}", many, times))
    return rows


def _growth(of: str, sizes: list[int], times: list[float]) -> str:
    fitted, ideal = _slope(sizes, times), _slope(sizes, [n * log2(n) for n in sizes])
    return f"| {of} | {sizes[0]} to {sizes[-1]} | {fitted:.2f} | {ideal:.2f} |"


def _time(bench: Bench, engine: str, sites: int, digits: int) -> float:
    job = stepping(engine, (sites,), digits)[1]
    return max(median(bench.seconds({engine: job})[engine]), 1e-9)


def _slope(sizes: list[int], values: list[float]) -> float:
    return float(np.polyfit([log(n) for n in sizes], [log(v) for v in values], 1)[0])


def memory_rows(bench: Bench) -> list[str]:
    """Bytes a site of what is kept in arrays: of a state, and at most during a step, as Python's tracer sees them."""
    rows = []
    for engine, digits, sites in bench.sizes(
        [("double", 15, 1 << 18), *(("integer", d, 1024) for d in (30, 100, 1000))],
        [("integer", 30, 128)],
    ):
        step, _ = stepping(engine, (sites,), digits)
        drive = step.engine.vector(drawn((sites,)))
        tracemalloc.start()
        vector = step.step(drive, drive)
        held = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        step.step(vector, drive)
        state, peak = held / sites, (tracemalloc.get_traced_memory()[1] - held) / sites
        tracemalloc.stop()
        rows.append(f"| {engine}, {digits} digits, {sites} sites | {state:.0f} | {peak:.0f} |")
    return rows


def floor_rows(bench: Bench) -> list[str]:
    """A step in doubles beside reading the state once and writing it once."""
    rows = []
    for shape in bench.sizes([(1 << 20,), (2048, 2048)], [(1 << 12,)]):
        state = drawn(shape)
        target = np.empty_like(state)
        jobs = {"step": stepping("double", shape, 15)[1], "copy": partial(np.copyto, target, state)}
        seconds = {name: max(median(times), 1e-9) for name, times in bench.seconds(jobs).items()}
        copy, step = 1000 * seconds["copy"], 1000 * seconds["step"]
        rows.append(f"| {' x '.join(map(str, shape))} | {copy:.3g} | {step:.3g} | {step / copy:.3g} |")
    return rows


TABLES = (
    (
        "Ours beside a peer",
        ("work", "ours, ms", "peer", "peer, ms", "ratio", "middle half"),
        (digits_rows, together_rows, simulation_rows, doubles_rows, law_rows),
    ),
    ("Growth: time as a power of the size", ("of", "from", "exponent", "of n log n"), (growth_rows,)),
    ("Memory", ("state", "bytes a site", "at most in a step"), (memory_rows,)),
    ("Distance to the floor", ("lattice", "copy, ms", "step, ms", "ratio"), (floor_rows,)),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    given = parser.parse_args()
    bench = Bench(CLOCKS[given.clock], 1 if given.tiny else 7, given.tiny)
    seconds = "on the wall" if given.clock == "wall" else "of all processors"
    packages = ("numpy", "scipy", "python-flint", "mpmath", "gmpy2", "sympy", "ducc0")
    about = f"medians of interleaved rounds, seconds {seconds}"
    print(heading("How quick it is", "make bench", about, *packages))
    for title, columns, sections in TABLES:
        print(f"## {title}\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
        for section in sections:
            print(*section(bench), sep="\n", flush=True)
        print()


if __name__ == "__main__":
    main()
