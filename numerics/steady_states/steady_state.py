"""The steady travelling response of a driven lattice, right to any number of digits.

An input that only turns, I_n = e^(i omega n) I_0, has a response that turns with it: Z_n = e^(i omega n) Z,

    G(Z) = e^(-i omega) phi(U (*) Z + I_0) - Z = 0

Iterating the map in the frame that turns along leads there from rest, but near the critical point it takes
1/sigma steps, which diverges as the input vanishes. So after a few steps Newton's method takes over, on the
residual G of the map itself: nothing but the map and its tangent is used. phi contracts and U is unitary, so
1 + dG is a contraction wherever w is not 0, dG is invertible, and |G| has no minimum but the solution: steps
that are shortened until |G| falls do not get stuck. An activation that expands somewhere, rho' > 1, has no
such guarantee: there a start near the state is given.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import mpmath

from analytics.errors import ConvergenceError, ParameterError, PrecisionError, require_kind, unknown_name
from analytics.evaluation.mpmath_types import Number
from analytics.evaluation.values import require_digits
from analytics.exclusive import KeptProperty
from numerics.engines.choice import quickest
from numerics.engines.numbers import decades_of, real_out
from numerics.engines.precision import FIXED_DIGITS, MARGIN, carried_digits
from numerics.engines.protocol import Array
from numerics.lattice.inputs import Input, given_array, require_input
from numerics.lattice.map import Lattice
from numerics.steady_states.fixed_point import FixedPoint

MANY_SITES = 128
"""From so many sites on the engine of integers is as quick as flint, though its kernel takes as long as some steps, and
doubles have the linearization."""

PLAIN_STEPS = {"auto": 24, "newton": 1}
"""Method -> steps of the map before Newton's method; one is needed because at rest dG may be singular."""

NEWTON_LIMIT = 500
"""Newton steps before giving up."""

NEWTON_GUARD = 14
"""Digits carried beyond those asked for and those that the near-critical amplification takes."""

COMFORT = 100
"""Up to this many digits a step costs about the same, so the ladder of precisions begins here."""

MOST_LEVELS = 20
"""Times the digits of the result and of the input that are carried at most to see the nonlinearity."""

FEW_SITES = 64
"""Sites up to which a state found from rest is kept for whoever asks the same."""

RATE_WINDOW = 10
"""Plain steps over which a rate of convergence is observed."""


@dataclass(frozen=True, slots=True)
class SteadyState:
    """Z with e^(-i omega) phi(U (*) Z + I_0) = Z.

    state: one `mpmath.mp.mpc` per site, row-major. frequency: omega in rad/step.
    method: what was done, in words; plain_steps, newton_steps: how many of each.
    residual: |G|/|Z|, root mean squares over the sites; it had to fall below tolerance.
    error: estimated relative error of the state, the residual times its amplification: |Newton step|/|G|, or
    1/(1 - rate) for plain iteration. working_digits: what the last residual was computed in.
    """

    lattice: Lattice
    drive: Input
    state: tuple[Number, ...]
    frequency: Number
    engine: str
    method: str
    plain_steps: int
    newton_steps: int
    residual: Number
    tolerance: Number
    error: Number
    working_digits: int

    def __repr__(self) -> str:
        return f"<SteadyState of {self.lattice} under {self.drive}, error {mpmath.nstr(self.error, 2)}>"

    @property
    def iterations(self) -> int:
        """Steps of both kinds."""
        return self.plain_steps + self.newton_steps


def steady_state(
    lattice: Lattice,
    drive: Input,
    *,
    digits: int = 50,
    engine: str = "auto",
    method: str = "auto",
    start: SteadyState | None = None,
    initial: Sequence[object] | Array | None = None,
    plain_limit: int = 20_000,
) -> SteadyState:
    """The steady response of `lattice` to `drive`, its norm right to `digits` digits.

    engine: "auto" is the quickest one that has the digits: of many sites doubles where they do, else integers.
    method: "iterate" iterates the map until the observed rate of convergence says that it is there, at most
    `plain_limit` steps; "auto" changes to Newton's method after a few steps, "newton" after one.
    start: a state of the same lattice to begin from in place of rest, e.g. that of a neighbouring input;
    initial: the same as numbers, one per site, row-major. Newton's method goes on from there, and may end at a
    state that the map itself would leave: see `numerics.steady_states.coexistence`.

    Raises ConvergenceError where the tolerance is not met; PrecisionError where the engine cannot carry the
    digits that this takes; ParameterError for an input without a steady response, and for a beginning that is no
    state of the lattice.
    """
    require_digits("steady state", digits)
    require_kind("steady state", lattice, Lattice, "a lattice", "Give Lattice(network, (16,)).")
    require_input("steady state", drive)
    if start is not None:
        require_kind(
            "steady state: start",
            start,
            SteadyState,
            "a steady state",
            "Give numbers as initial=, one per site.",
        )
    given = start.state if start else initial
    if given is not None:
        given = given_array(given, "steady state: initial state")
        if given.size != lattice.sites:
            raise ParameterError(
                "steady state", f"{lattice.sites} numbers make a state", given.size, "Give one per site."
            )
    if method not in [*PLAIN_STEPS, "iterate"]:
        raise unknown_name("steady state", "method", method, [*PLAIN_STEPS, "iterate"])

    if type(plain_limit) is not int or plain_limit < 1:
        raise ParameterError(
            "steady state", "plain_limit must be a whole number from 1 on", repr(plain_limit), "Give 20000."
        )

    def solved(engine: str) -> SteadyState:
        climb = _Climb(lattice, drive, digits, engine, given)
        return (
            climb.by_iteration(plain_limit) if method == "iterate" else climb.by_newton(PLAIN_STEPS[method])
        )

    if engine != "auto":
        return solved(engine)
    if lattice.sites < MANY_SITES:
        return solved("ball")
    profile = lattice.network.activation.profile
    carried = max(digits + NEWTON_GUARD, FIXED_DIGITS + 1)
    exact = quickest(lattice.shape, carried, profile, PLAIN_STEPS["auto"])
    if digits > FIXED_DIGITS - 2:
        return solved(exact)
    try:
        return solved("double")
    except (ConvergenceError, PrecisionError):  # the state's condition takes the digits of a double
        return solved(exact)


def state_from_rest(lattice: Lattice, drive: Input, *, digits: int, engine: str) -> SteadyState:
    """`steady_state` from rest under an input that can be compared with others: several observables are read off one,
    and the latest of a few sites are kept."""
    if lattice.sites <= FEW_SITES and isinstance(drive, Hashable):
        return _kept_state(lattice, drive, digits=digits, engine=engine)
    return steady_state(lattice, drive, digits=digits, engine=engine)


@lru_cache(maxsize=512)
def _kept_state(lattice: Lattice, drive: Input, *, digits: int, engine: str) -> SteadyState:
    return steady_state(lattice, drive, digits=digits, engine=engine)


class _Climb:
    """One solution: the state, the precision it is held in and the steps made."""

    def __init__(
        self, lattice: Lattice, drive: Input, digits: int, engine: str, start: Iterable[object] | None
    ) -> None:
        self.lattice, self.drive, self.digits, self.engine = lattice, drive, digits, engine
        self.fixed_precision = engine == "double"
        carried_digits(engine, digits, NEWTON_GUARD)  # refuses what double precision cannot give
        self.plain_steps = self.newton_steps = 0
        self.levels: list[int] = []
        self.started = start is not None
        self.problem = self._problem_with(min(digits + NEWTON_GUARD, COMFORT) + drive.smallness)
        state = self.problem.map.zero() if start is None else self.problem.map.engine.vector(start)
        self.at = self.problem.evaluate(state)
        self.amplification: Number = self.problem.engine.context.mpf(1)

    def by_iteration(self, limit: int) -> SteadyState:
        """Plain steps to the end."""
        self._raise_to(self.digits + NEWTON_GUARD + self.drive.smallness)
        defects = [self.at.defect]
        while True:
            if len(defects) > RATE_WINDOW and defects[-1] < defects[-1 - RATE_WINDOW]:
                fall = defects[-1] / defects[-1 - RATE_WINDOW]
                self.amplification = 1 / (1 - self.problem.engine.context.root(fall, RATE_WINDOW))
                if self._arrived:
                    return self._record()
            if not self.at.defect:
                return self._record()
            if self.plain_steps >= limit:
                raise self._failure("Raise plain_limit, or use method='auto'.")
            self.at = self.problem.plain_step(self.at)
            self.plain_steps += 1
            defects.append(self.at.defect)

    def by_newton(self, plain_steps: int) -> SteadyState:
        """A few plain steps from rest, then Newton's method in as many digits as the next step can use."""
        if not self.started:
            for _ in range(plain_steps):
                self.at = self.problem.plain_step(self.at)
            self.plain_steps = plain_steps
        believed = 0.0
        while True:
            self._raise_for(believed)
            if not self.at.defect:  # the state is exact to the digits carried
                self._raise_to(self._final)
            if not self.at.defect or (believed and self._arrived):
                return self._record()
            if self.newton_steps >= NEWTON_LIMIT:
                raise self._failure("Start from the state of a neighbouring input.")
            step = self.problem.corrected(self.at, believed, self._rough)
            if step is None:
                self._see_more()
                continue
            self.at, self.amplification = (
                step.evaluation,
                max(self.problem.engine.context.one, step.amplification),
            )
            self.newton_steps += 1
            settled = step.whole and step.relative < 0.01
            seen = -decades_of(step.relative) if step.relative else inf
            believed = min(2 * seen - 1, self._carried) if settled else 0.0
            if self.fixed_precision and believed and not self._arrived and believed >= self._carried:
                raise self._shortage()

    @KeptProperty
    def _rough(self) -> FixedPoint | None:
        """The problem in doubles; None where it helps no step: a wave needs two directions at most."""
        if self.problem.is_wave:
            return None
        if self.fixed_precision:
            return self.problem
        return FixedPoint(self.lattice, self.drive, "double", FIXED_DIGITS)

    @property
    def _carried(self) -> float:
        """Correct digits of the state that the present precision allows."""
        return self.problem.engine.digits - decades_of(self.amplification) - 2

    @property
    def _arrived(self) -> bool:
        return bool(self._error <= self._allowed and self._carried >= self.digits)

    @property
    def _error(self) -> Number:
        """Estimated relative error of the state."""
        return self.amplification * self._residual

    @property
    def _residual(self) -> Number:
        return self.at.defect / self.at.size if self.at.size else self.at.defect

    @property
    def _allowed(self) -> Number:
        return self.problem.engine.context.mpf(10) ** -(self.digits + (0 if self.fixed_precision else MARGIN))

    def _raise_for(self, believed: float) -> None:
        """Enough digits for the step after this one to be right to twice what is believed now."""
        useful = self._final - max(0, self.digits - int(2 * believed))
        present = self.problem.engine.digits
        if believed and useful > present:
            self._raise_to(self._final if self._final <= 3 * present else useful)

    @property
    def _final(self) -> int:
        """Digits to carry at the end."""
        return self.digits + NEWTON_GUARD + int(decades_of(self.amplification)) + 1

    def _see_more(self) -> None:
        """Twice the digits: far below 1 the map differs from a rotation in digits that are not carried yet."""
        digits = 2 * self.problem.engine.digits
        if self.fixed_precision or digits > MOST_LEVELS * (self.digits + NEWTON_GUARD + self.drive.smallness):
            raise self._failure("Carry more digits, or start from the state of a neighbouring input.")
        self._raise_to(digits)

    def _raise_to(self, digits: int) -> None:
        if self.fixed_precision or digits <= self.problem.engine.digits:
            return
        values = self.problem.engine.values(self.at.state)
        self.problem = self._problem_with(digits)
        self.at = self.problem.evaluate(self.problem.engine.vector(values))

    def _problem_with(self, digits: int) -> FixedPoint:
        carried = FIXED_DIGITS if self.fixed_precision else digits
        self.levels.append(carried)
        return FixedPoint(self.lattice, self.drive, self.engine, carried)

    def _record(self) -> SteadyState:
        engine = self.problem.engine
        return SteadyState(
            lattice=self.lattice,
            drive=self.drive,
            state=engine.values(self.at.state),
            frequency=real_out(self.problem.frequency),
            engine=self.engine,
            method=self._method(),
            plain_steps=self.plain_steps,
            newton_steps=self.newton_steps,
            residual=real_out(engine.context.mpf(self._residual)),
            tolerance=real_out(self._allowed / self.amplification),
            error=real_out(self._error),
            working_digits=engine.digits,
        )

    def _method(self) -> str:
        begin = "a given state" if self.started else "rest"
        parts = [f"{self.plain_steps} steps of the map" if self.plain_steps else ""]
        if self.newton_steps:
            parts.append(f"{self.newton_steps} Newton steps on its fixed-point residual (GMRES)")
        climbed = " to ".join(str(level) for level in dict.fromkeys((self.levels[0], self.levels[-1])))
        return f"{', then '.join(filter(None, parts))} from {begin}, carrying {climbed} digits"

    def _failure(self, remedy: str) -> ConvergenceError:
        return ConvergenceError(
            "steady state",
            remedy,
            residual=self._residual,
            tolerance=self._allowed / self.amplification,
            iterations=self.plain_steps + self.newton_steps,
        )

    def _shortage(self) -> PrecisionError:
        context = self.problem.engine.context
        floor = context.mpf(10) ** -self._carried
        return PrecisionError(
            "steady state",
            f"{self.digits} digits need a relative error below {context.nstr(self._allowed, 3)}",
            f"at best {context.nstr(floor, 3)} with the {self.problem.engine.digits} digits of '{self.engine}'",
            "Use the engine 'ball'.",
        )
