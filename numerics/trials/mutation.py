"""How many wrong laws `verify` tells from the right one they were made from."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

import sympy as sp

from analytics.errors import VerificationError
from analytics.law.law import Law
from analytics.network.network import Network
from numerics.observables.measure import Measurement, measure
from numerics.trials.mutants import Mutant, equivalent, mutants
from numerics.verification.verify import verify

FIRST = 1
"""Points, or settings along a limit, that most wrong laws are caught at; those that pass are verified at all."""


@dataclass(frozen=True, slots=True)
class Score:
    """What became of the mutants of a law.

    killed: how many were rejected; equivalent: those that were accepted and are proved to say the same;
    survivors: those that were accepted and are not.
    """

    law: Law
    killed: int
    equivalent: tuple[Mutant, ...]
    survivors: tuple[Mutant, ...]

    @property
    def total(self) -> int:
        """Mutants that say something else than the law."""
        return self.killed + len(self.survivors)

    def __str__(self) -> str:
        return f"{self.law.name}: {self.killed} of {self.total} killed, {len(self.equivalent)} equivalent"


def score(
    law: Law,
    digits: int = 20,
    *,
    neighbour: Law | None = None,
    also: tuple[Network, ...] = (),
    sample: int | None = None,
    seed: int = 0,
) -> Score:
    """Verify the mutants of `law`, all of them or a seeded sample, and count those rejected.

    also: networks with other constants, on which a mutant that passes on the law's own is verified too, e.g.
    one whose band is wider than 2 pi, where windings matter.
    Measurements do not depend on the law, so they are made once and remembered. A part in a million is seen
    at 20 digits as well as at 50.
    Raises VerificationError where the law itself does not pass: then a rejection says nothing.
    """
    remembered: dict[tuple[object, ...], Measurement] = {}

    def experiment(
        observable: str, network: Network, point: Mapping[str, sp.Expr], digits: int
    ) -> Measurement:
        key = (observable, network, tuple(point.items()), digits)
        if key not in remembered:
            remembered[key] = measure(observable, network, dict(point), digits)
        return remembered[key]

    def accepted(mutant: Law) -> bool:
        runs = [(mutant, FIRST), (mutant, None), *((mutant.on(other), FIRST) for other in also)]
        return all(verify(one, digits, most=most, experiment=experiment).passed for one, most in runs)

    if not accepted(law):
        raise VerificationError(
            f"scoring the mutants of '{law.name}'", "the law itself must pass", "it fails", "Verify it first."
        )
    made = list(mutants(law, neighbour))
    if sample is not None and sample < len(made):
        made = random.Random(seed).sample(made, sample)
    passed = [mutant for mutant in made if accepted(mutant.law)]
    same = tuple(mutant for mutant in passed if equivalent(mutant.law, law))
    return Score(
        law,
        killed=len(made) - len(passed),
        equivalent=same,
        survivors=tuple(mutant for mutant in passed if mutant not in same),
    )
