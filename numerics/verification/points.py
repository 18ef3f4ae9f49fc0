"""The points at which a law is put to the test: settings of its observable that fit it, and inputs along its limit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import sympy as sp

from analytics.errors import VerificationError
from analytics.exclusive import in_turn
from analytics.expressions.parameter import lies_in
from analytics.law.law import Law
from analytics.network.beside import networks_beside
from numerics.observables.discovery import observable_named
from numerics.observables.record import Approach, Setting

SEQUENCES: dict[sp.Expr, tuple[sp.Expr, ...]] = {
    sp.S.Zero: tuple(sp.Rational(*digits) for digits in ((7, 10**13), (11, 10**16), (13, 10**19))),
    sp.oo: tuple(sp.Integer(2) ** power for power in range(11, 16)),
}
"""Inputs of asymptotic laws; those to 0 are no reciprocals of integers, at which a term sin(pi/F) would vanish. At
1e-12 a coefficient off by 1e-6 outweighs a remainder that is smaller by F^(2/3), the narrowest gap of these networks
(p = 2), and the slope shows the wrong order. Times are bounded by what can be simulated; the corrections ln(n)^k / n
of their slopes are eliminated for k = 0, 1, 2. An observable may have an `Approach` of its own."""

FURTHER: dict[sp.Expr, tuple[sp.Expr, ...]] = {
    sp.S.Zero: tuple(sp.Rational(*digits) for digits in ((17, 10**22), (19, 10**25))),
    sp.oo: (sp.Integer(2) ** 16, sp.Integer(2) ** 17),
}
"""Inputs to go on with where an order is nearly the stated one: a network's corrections may have large coefficients."""

OF_TIMES = (1, 1, 1)
"""Powers of 1/n in these corrections, a time for each k."""


def approach_of(law: Law) -> Approach | None:
    """The inputs along the limit of a law, and the corrections of its slopes; None where the limit is not 0 or oo.

    A version of a law that states no limit is given points all the same: `verify` refuses it when its turn comes.
    """
    _, target = law.limit or (None, sp.S.Zero)
    if target not in SEQUENCES:
        return None
    own = observable_named(law.observable).approach
    if target == sp.oo and own is not None:
        return own(law.network.valued)
    return Approach(SEQUENCES[target], OF_TIMES if target == sp.oo else (), further=FURTHER[target])


def points_everywhere(
    law: Law, settings: Sequence[Setting] | None = None, held: Collection[str] = ()
) -> list[tuple[Law, Setting]]:
    """(version of the law, point of it): all on its own network, and one of each version on every one beside it."""
    return _spread(law, held, partial(points_of, settings=settings))


def settings_everywhere(
    law: Law, settings: Sequence[Setting] | None = None, held: Collection[str] = ()
) -> list[tuple[Law, Setting]]:
    """(version of the law, setting along its limit): all on its own network, and one on every network beside it."""
    return _spread(law, held, partial(settings_along, settings=settings))


def _spread(
    law: Law, held: Collection[str], offered: Callable[[Law], Sequence[Setting]]
) -> list[tuple[Law, Setting]]:
    found = [(version, setting) for version in law.versions for setting in offered(version)]
    for index, network in enumerate(networks_beside(law.network, frozenset(held)), start=1):
        for version in law.on(network).versions:
            try:
                settings = offered(version)
            except VerificationError:  # none fits the version there
                continue
            found.append((version, settings[index % len(settings)]))
    return found


def settings_along(version: Law, settings: Sequence[Setting] | None = None) -> list[dict[str, sp.Expr]]:
    """Settings of the parameters beside the limit variable, at which the law holds all along its inputs.

    Those that go to the limit with it are given at its value 1: `point_along` makes points of them.
    """
    variable, _ = version.limit or (None, sp.S.Zero)
    approach = approach_of(version)
    points = []
    for setting in _offered(version, settings):
        shares = {str(s): setting[str(s)] / setting[str(variable)] for s in version.companions}
        along = approach.inputs if approach else ()
        inputs = [_point(version, point_along(version, {**setting, **shares}, value)) for value in along]
        if inputs and None not in inputs and inputs[0] is not None:
            others = {name: value for name, value in inputs[0].items() if name != str(variable)}
            points.append(others | shares)
    return _some(version, points)


def point_along(law: Law, setting: Mapping[str, sp.Expr], value: sp.Expr) -> dict[str, sp.Expr]:
    """The point of one of `settings_along` at which the limit variable has that value."""
    variable, _ = law.limit or (None, sp.S.Zero)
    companions = {str(symbol): setting[str(symbol)] * value for symbol in law.companions}
    return {**setting, **companions, str(variable): value}


def points_of(version: Law, settings: Sequence[Setting] | None = None) -> list[dict[str, sp.Expr]]:
    """The observable's own settings, or `settings`, that fit one version of a law."""
    points = [_point(version, setting) for setting in _offered(version, settings)]
    return _some(version, [point for point in points if point])


def _offered(law: Law, settings: Sequence[Setting] | None) -> Sequence[Setting]:
    return observable_named(law.observable).settings(law.network.valued) if settings is None else settings


@in_turn
def _point(law: Law, setting: Mapping[str, sp.Expr]) -> dict[str, sp.Expr] | None:
    """A setting restricted to the law's parameters; None where it leaves their domains."""
    point = {p.name: setting.get(p.name, p.default) for p in law.parameters}
    for parameter in law.valued.parameters:
        value = point[parameter.name]
        if value is None or not lies_in(value, parameter.domain):
            return None
    return point if law.allows({p.symbol: point[p.name] for p in law.parameters}) else None


def _some(law: Law, points: list[dict[str, sp.Expr]]) -> list[dict[str, sp.Expr]]:
    if not points:
        raise VerificationError(
            f"verifying '{law.name}'",
            f"the observable '{law.observable}' must offer a point for {', '.join(map(str, law.symbols))}",
            "none",
            "Widen the domains or the observable's settings.",
        )
    return _distinct(points)


def _distinct(points: Sequence[dict[str, sp.Expr]]) -> list[dict[str, sp.Expr]]:
    return [point for index, point in enumerate(points) if point not in points[:index]]
