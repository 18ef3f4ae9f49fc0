"""Every way to a value of a law, at random networks and points, against the judge."""

from __future__ import annotations

import json
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

import mpmath
import numpy as np
import sympy as sp

from analytics.errors import ContradictionError, NearCriticalError, ParameterError
from analytics.export.formats import export
from analytics.export.program import alternative_name
from analytics.export.record import law_from_record, law_record
from analytics.expressions import grammar
from analytics.expressions.notation import r, wavenumbers
from analytics.law.law import Law
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import STENCILS, Kernel, kernel
from analytics.network.network import Network
from numerics.judging.comparison import agrees, distances, is_right_double, noise, sizes
from numerics.judging.drawn_networks import DrawnNetwork
from numerics.judging.drawn_points import drawn_point, on_a_ring
from numerics.judging.judge import Judge, context
from numerics.judging.truth import Place, Truth
from numerics.observables.discovery import observable_named
from numerics.observables.measure import measure

RIGHT, REFUSED, WRONG, OPEN = "right", "refused", "wrong", "not judged"
RESULTS = (RIGHT, REFUSED, WRONG, OPEN)

LANGUAGES = {"Python": "python", "NumPy source": "numpy", "C": "c", "JavaScript": "javascript"}
"""Outlets that are exported source -> the format."""

OUTLETS = ("derivation", "evaluate", "enclosure", "JSON read back", "NumPy", *LANGUAGES, "measure")

PATIENCE = 3
"""Seconds after which an evaluation counts as refused."""

TRIES = 6
"""Draws of a point that a law allows."""

DIGITS = (12, 20, 30)
ENCLOSED_DIGITS = 15
MEASURED_DIGITS = 12

Call = tuple[str, tuple[float, ...]]
Programs = Callable[[str, Sequence[Law], Sequence[Call]], Sequence[Sequence[complex] | str]]
"""Source, its laws, calls -> for each call its values, or the error that it ended with."""


@dataclass(frozen=True, slots=True)
class Case:
    """One network, law, point and outlet, and what became of it; value and wanted are told of wrong ones."""

    outlet: str
    network: str
    law: str
    point: str
    result: str
    reason: str = ""
    value: str = ""
    wanted: str = ""


class SlowError(Exception):
    """An evaluation that took longer than PATIENCE."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """SlowError after so many seconds of computing, in the main thread alone."""

    def stop(*_: object) -> None:
        raise SlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def network_of(drawn: DrawnNetwork) -> Network:
    """The network that the texts describe."""
    profile, band = drawn.profile, drawn.band
    if profile.text in PROFILES:
        chosen = activation(profile.text)
    else:
        chosen = Activation("own", grammar.parse(profile.text, symbols={"r": r}))
    values = {name: grammar.parse(text, symbols={}) for name, text in band.constants}
    if band.text in STENCILS:
        return Network(chosen, kernel(band.text, dimension=band.dimension, constants=values))
    symbols = {name: sp.Symbol(name, real=True) for name in values}
    omega = grammar.parse(band.text, symbols=symbols | {str(k): k for k in wavenumbers(band.dimension)})
    constants = tuple((symbols[name], value) for name, value in values.items())
    return Network(chosen, Kernel.from_frequency("own", omega, dimension=band.dimension, constants=constants))


def network_trial(
    drawn: DrawnNetwork,
    random: Random,
    derive: Callable[[Network], Mapping[str, Law]],
    programs: Mapping[str, Programs],
    *,
    laws: int | None = None,
    points: int = 1,
    measured: int = 1,
) -> Iterator[Case]:
    """The cases of one network: of `laws` of its laws, or all, each version at so many points, by every outlet.

    derive: a network -> its laws; programs: by outlet of `LANGUAGES`, how its source is run. An outlet without
    a program is left out. measured: of how many laws a simulation is asked too.
    """
    chosen: list[Law] = []
    try:
        network = network_of(drawn)
        theory = derive(network)
        names = sorted(theory)
        names = random.sample(names, min(laws, len(names))) if laws else names
    except NearCriticalError as error:
        yield Case("derivation", str(drawn), "", "", REFUSED, _reason(error))
        return
    for name in names:
        found = _asked(partial(theory.__getitem__, name), 4 * PATIENCE)
        if isinstance(found, Exception):
            late = isinstance(found, SlowError)
            reason = f"not within {4 * PATIENCE} s" if late else f"{type(found).__name__}: {found}"
            yield Case("derivation", str(drawn), name, "", REFUSED if late else WRONG, reason)
        else:
            chosen.append(found)
    places = tuple(_places(drawn, chosen, random, points))
    yield from _evaluated(network, places, random)
    yield from _in_doubles(chosen, places, programs)
    yield from _measured(network, places, random, measured)


def _places(drawn: DrawnNetwork, laws: Sequence[Law], random: Random, points: int) -> Iterator[Place]:
    """Points that the versions of the laws allow."""
    rough = Judge(context(60), drawn.mechanism)
    for law in laws:
        for version in law.versions:
            name = law.name if version is law else alternative_name(law, version)
            domains = {p.name: (_end(p.domain.inf), _end(p.domain.sup)) for p in version.parameters}
            for _ in range(points):
                for _ in range(TRIES):
                    point = drawn_point(random, rough, law.name, domains, is_exact=law.is_exact)
                    place = Place(drawn, version, name, point)
                    with suppress(ParameterError):
                        version.given(place.texts)
                        yield place
                        break


def _end(value: sp.Expr) -> float:
    return float(value) if value.is_finite else float("inf") * (-1 if value.is_negative else 1)


# outlets with any number of digits


def _evaluated(network: Network, places: Sequence[Place], random: Random) -> Iterator[Case]:
    for place in places:
        truth, digits = Truth(place), random.choice(DIGITS)
        back = law_from_record(json.loads(json.dumps(law_record(place.law))), network)
        evaluated = partial(_is_evaluated, truth, digits=digits)
        for outlet, law in (("evaluate", place.law), ("JSON read back", back)):
            yield _judged(outlet, place, _asked(partial(law.branches, place.texts, digits)), evaluated)
        found = _asked(partial(place.law.branches, place.texts, ENCLOSED_DIGITS, enclosure=True))
        yield _judged("enclosure", place, found, partial(_is_enclosed, truth))


Found = Sequence[Any] | Exception
Verdict = tuple[str, Sequence[Any]]
"""What is wrong, or nothing, and the right values."""


def _asked(question: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What the question gives, or the exception that it ends with."""
    try:
        with deadline(patience), warnings.catch_warnings():
            warnings.simplefilter("error")
            return question()
    except Exception as error:
        return error


def _judged(outlet: str, place: Place, found: Found, judged: Callable[[Sequence[Any]], Verdict]) -> Case:
    if isinstance(found, SlowError):
        return _case(outlet, place, REFUSED, f"not within {PATIENCE} s")
    if isinstance(found, NearCriticalError) and not isinstance(found, ContradictionError):
        return _case(outlet, place, REFUSED, _reason(found))
    if isinstance(found, Exception):
        return _case(outlet, place, WRONG, f"{type(found).__name__}: {found}")
    if not Truth(place).is_known:
        return _case(outlet, place, OPEN, "a law that the judge does not know")
    try:
        with deadline(12 * PATIENCE):
            wrong, wanted = judged(found)
    except (ArithmeticError, ValueError, LookupError, SlowError, NearCriticalError) as error:
        return _case(outlet, place, OPEN, f"{type(error).__name__} of the judge: {error}")
    if wrong:
        return _case(outlet, place, WRONG, wrong, _numbers(found), _numbers(wanted))
    return _case(outlet, place, RIGHT)


def _is_evaluated(truth: Truth, found: Sequence[Any], *, digits: int) -> Verdict:
    if truth.place.law.count is None:
        return truth.wrong_waves(found, [abs(q) * truth.mp.mpf(10) ** -digits for q in found]), ()
    if not truth.place.law.is_exact and not truth.comes_near:
        return "misses by another order than it states", ()
    wanted = truth.values
    if len(found) != len(wanted):
        return f"{len(wanted)} values are there", wanted
    return ("" if agrees(found, wanted, truth.order, digits, truth.mp) else "another value"), wanted


def _is_enclosed(truth: Truth, found: Sequence[Any]) -> Verdict:
    mp = truth.mp
    if truth.place.law.count is None:
        return truth.wrong_waves([ball.midpoint for ball in found], [ball.radius for ball in found]), ()
    wanted = truth.values
    if len(found) != len(wanted):
        return f"{len(wanted)} values are there", wanted
    apart = distances([ball.midpoint for ball in found], wanted, truth.order, mp)
    size = sizes(wanted, truth.order, mp)
    held = (
        a <= mp.mpmathify(ball.radius) + s * mp.mpf(10) ** -35 + noise(mp)
        for a, s, ball in zip(apart, size, found, strict=True)
    )
    return ("" if all(held) else "a ball without the value"), wanted


# outlets in doubles


def _in_doubles(
    laws: Sequence[Law], places: Sequence[Place], programs: Mapping[str, Programs]
) -> Iterator[Case]:
    asked = [place.in_doubles for place in places if place.law.count is not None]
    asked = [place for place in asked if _allows(place)]
    truths = [Truth(place) for place in asked]
    for place, truth in zip(asked, truths, strict=True):
        found = _asked(partial(_compiled, place))
        yield _double_case("NumPy", place, truth, found)
    calls = [(place.function, place.doubles) for place in asked]
    counted = [law for law in laws if law.count is not None]
    for outlet, run in programs.items():
        try:
            returned = run(export(counted, LANGUAGES[outlet]), counted, calls) if calls else ()
        except NearCriticalError as error:
            returned = [_reason(error)] * len(calls)
        except Exception as error:
            returned = [error] * len(calls)  # type: ignore[list-item]
        for place, truth, values in zip(asked, truths, returned, strict=True):
            if isinstance(values, str):
                yield _case(outlet, place, REFUSED, values)
            else:
                yield _double_case(outlet, place, truth, values)


def _compiled(place: Place) -> Sequence[complex]:
    return list(np.ravel(place.law.compile()(*place.doubles)))


def _allows(place: Place) -> bool:
    try:
        place.law.given(place.texts)
    except ParameterError:
        return False
    return True


def _double_case(outlet: str, place: Place, truth: Truth, found: Found) -> Case:
    if not isinstance(found, Exception) and any(np.isnan(value) for value in found):
        return _case(outlet, place, REFUSED, "NaN")
    return _judged(outlet, place, found, partial(_is_double, truth))


def _is_double(truth: Truth, found: Sequence[complex]) -> Verdict:
    if not truth.groups:
        return "no value is there", ()
    wanted = truth.groups[0]
    right = is_right_double(found, wanted, truth.order, lambda: list(truth.nudged()), truth.mp)
    return ("" if right else "another value"), wanted


# measurements


def _measured(network: Network, places: Sequence[Place], random: Random, count: int) -> Iterator[Case]:
    able = [
        place for place in places if place.law.is_exact and place.law.count and not place.drawn.profile.bends
    ]
    for chosen in random.sample(able, min(count, len(able))):
        place = replace(chosen, point=on_a_ring(random, chosen.point))
        found = _asked(partial(_measurement, network, place))
        yield _judged("measure", place, found, partial(_is_measured, Truth(place)))


def _measurement(network: Network, place: Place) -> Sequence[Any]:
    return measure(place.law.observable, network, place.texts, MEASURED_DIGITS).values


def _is_measured(truth: Truth, found: Sequence[Any]) -> Verdict:
    """Digits of angles and frequencies are counted after the decimal point."""
    wanted, mp = truth.groups[0], truth.mp
    if len(found) != len(wanted):
        return f"{len(wanted)} values are there", wanted
    size = sizes(wanted, truth.order, mp)
    if observable_named(truth.place.law.observable).unit in ("rad", "rad/step"):
        size = [max(one, mp.one) for one in size]
    apart = distances(found, wanted, truth.order, mp)
    right = all(a <= s * mp.mpf(10) ** -MEASURED_DIGITS for a, s in zip(apart, size, strict=True))
    return ("" if right else "another value"), wanted


# telling


def _case(
    outlet: str, place: Place, result: str, reason: str = "", value: str = "", wanted: str = ""
) -> Case:
    return Case(outlet, str(place.drawn), place.function, str(place), result, reason, value, wanted)


def _numbers(values: Sequence[Any]) -> str:
    midpoints = (getattr(value, "midpoint", value) for value in values)
    return ", ".join(mpmath.nstr(mpmath.mpmathify(value), 25) for value in midpoints)


def _reason(error: NearCriticalError) -> str:
    return f"{type(error).__name__}: {error.requirement}"
