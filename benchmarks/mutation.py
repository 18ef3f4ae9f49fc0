"""Every mutant of every law of a theory: how many does `verify` reject?

    python benchmarks/mutation.py [--model FILE] [--sample N] [--seed S] [--processes J]

prints a row for each law as it is done and ends with exit code 1 if a mutant survives that is not proved equivalent.
Of the default network all mutants are taken, of a model file's too unless --sample says how many of each law.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from heading import heading

from analytics.errors import VerificationError
from analytics.law.law import Law
from nearcritical import Network, derive, load, network
from numerics.trials.mutation import Score, score

DEFAULT = network("algebraic", "laplacian", c="3/10")
WIDE = network("algebraic", "laplacian", c="19/4")
"""A band of 6 pi: windings of `complex_wavenumber` are among the least damped waves, and so were false ones, of pi."""


def studied(model: Path | None) -> Network:
    return DEFAULT if model is None else load(model)


def scores(name: str, *, model: Path | None, sample: int | None, seed: int) -> list[Score | str]:
    """Of a law and of its alternatives on other backgrounds; the name of one that no setting fits."""
    theory = derive(studied(model))
    names = list(theory)
    neighbour = theory[names[names.index(name) - 1]]
    also = (WIDE,) if name == "complex_wavenumber" and model is None else ()
    found: list[Score | str] = []
    for place, law in enumerate((theory[name], *theory[name].alternatives)):
        label = name if place == 0 else f"{name}, at {', '.join(map(str, law.symbols))}"
        try:
            found.append(score(law, neighbour=neighbour, also=also, sample=sample, seed=seed))
        except VerificationError as error:
            if "offer a point" not in str(error):
                raise
            found.append(label)
    return found


def rows(name: str, several: list[Score | str]) -> Iterator[str]:
    for place, one in enumerate(several):
        if isinstance(one, str):
            yield f"| {one} | no point of this network fits | | |"
            continue
        label = name if place == 0 else f"{name}, at {', '.join(map(str, one.law.symbols))}"
        yield f"| {label} | {one.killed} | {one.total} | {len(one.equivalent)} |"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--sample", type=int, help="mutants of each law")
    for name, default in (("seed", 0), ("processes", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    start, theory = time.perf_counter(), derive(studied(given.model))
    chosen = (
        "all mutants" if given.sample is None else f"{given.sample} mutants of each law, seed {given.seed}"
    )
    title = f"Wrong laws rejected: {theory.network.name}"
    command = " ".join(["benchmarks/mutation.py", *arguments])
    print(heading(title, command, chosen, "sympy", "mpmath", "python-flint"))
    print("| law | killed | of | proved equivalent |")
    print("| --- | --- | --- | --- |")
    found: list[Score] = []
    work = partial(scores, model=given.model, sample=given.sample, seed=given.seed)
    with ProcessPoolExecutor(given.processes) as pool:
        for name, several in zip(theory, pool.map(work, theory), strict=True):
            for row in rows(name, several):
                print(row, flush=True)
            found += [one for one in several if isinstance(one, Score)]
    killed, total = sum(one.killed for one in found), sum(one.total for one in found)
    print(
        f"\nScore: {killed} of {total} killed, {100 * killed / total:.6g} %; "
        f"{sum(len(one.equivalent) for one in found)} more are proved equivalent. {time.perf_counter() - start:.0f} s."
    )
    survivors: list[tuple[Law, str]] = [(one.law, mutant.change) for one in found for mutant in one.survivors]
    for law, change in survivors:
        print(f"- survived: {law.name}: {change}")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
