"""Where a formula is asked about: settings of the observable, points beside them, and a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sympy as sp

from analytics.errors import VerificationError
from analytics.expressions.parameter import read_point
from analytics.network.network import Network
from numerics.observables.discovery import observable_named
from numerics.observables.record import Approach, Setting
from numerics.verification.formula import Formula
from numerics.verification.leading_error import Limit

SEVENTHS, ELEVENTHS = 2 * sp.pi / 7, 2 * sp.pi / 11
"""Wavenumbers of small rings that have no other in common with those of settings, quarters and the like, than 0."""


def settings_of(formula: Formula) -> list[dict[str, sp.Expr]]:
    """Points at which the parameters that are fixed have their values, and the others those of a setting.

    A free wavenumber that is the same in all settings has two values in turn: at k = pi/4 alone F and F tan(k) would
    be the same.
    """
    law = formula.law
    operation = f"checking a formula of {law.observable}"
    needed = {parameter.name for parameter in law.parameters if parameter.default is None}
    known = {parameter.name for parameter in law.parameters}
    settings = observable_named(law.observable).settings(law.network.valued) if formula.free else ()
    points: list[dict[str, sp.Expr]] = []
    for setting in (*settings, {}):
        point = {**setting, **formula.fixed}
        if not needed <= set(point) <= known or (not setting and points):
            continue
        exact = {
            str(symbol): value
            for symbol, value in read_point(operation, law.valued.parameters, point).items()
        }
        if exact not in points:
            points.append(exact)
    if not points:
        missing = sorted(needed - set(formula.fixed))
        raise VerificationError(
            operation,
            f"the observable must offer a setting with {', '.join(missing)}",
            "none",
            f"Give {', '.join(missing)}.",
        )
    still = [name for name in formula.free if len({point.get(name) for point in points}) == 1]
    for point in points[1::2]:
        point |= _on_ring(point, still, SEVENTHS)
    return points


def setting_on(formula: Formula, network: Network, index: int) -> dict[str, sp.Expr]:
    """One of the settings of a formula on another network, by an index that may run on."""
    settings = settings_of(replace(formula, law=formula.law.on(network)))
    return settings[index % len(settings)]


def beside(settings: Sequence[Setting], formula: Formula) -> list[dict[str, sp.Expr]]:
    """The settings with their free rational parameters times 71/73, 79/83, ..., another ratio for each.

    Settings are round numbers: at them alone F and F + sin(pi/F) would be the same. Where all wavenumbers are free,
    they are moved, too, to a ring of its own.
    """
    waves_are_free = not any(map(_is_wave, formula.fixed.values()))
    domains = {parameter.name: parameter.domain for parameter in formula.law.valued.parameters}
    found: list[dict[str, sp.Expr]] = []
    for index, setting in enumerate(settings):
        ratio = sp.Rational(sp.prime(20 + 2 * index), sp.prime(21 + 2 * index))
        point = dict(setting)
        for name in formula.free:
            moved = point[name] * ratio if name in point and point[name].is_Rational else None
            if moved is not None and domains[name].contains(moved) == sp.true:
                point[name] = moved
        if waves_are_free:
            point |= _on_ring(point, formula.free, ELEVENTHS)
        if point not in settings:
            found.append(point)
    return found


def _on_ring(point: Setting, names: Sequence[str], step: sp.Expr) -> dict[str, sp.Expr]:
    """Those of the names that are wavenumbers, each at the multiple of `step` next to it other than 0."""
    return {
        name: sp.sign(point[name]) * step * max(1, round(abs(point[name]) / step))
        for name in names
        if name in point and _is_wave(point[name])
    }


def _is_wave(value: sp.Expr) -> bool:
    """Is it a fraction of pi other than 0?"""
    return bool(value != 0 and (value / sp.pi).is_Rational)


def limit_of(formula: Formula, asked: tuple[str, str] | None) -> Limit | None:
    """The limit asked for; else times or distances -> oo, or all positive inputs that are free -> 0; None where there
    is none."""
    own = observable_named(formula.law.observable).approach
    approach = own(formula.law.network.valued) if own else Approach((), ())
    symbols = {parameter.name: parameter.symbol for parameter in formula.law.parameters}
    operation = f"checking a formula of {formula.law.observable}"
    if asked is not None:
        name, end = asked
        if name not in formula.free or end not in ("0", "oo"):
            raise VerificationError(
                operation,
                f"the limit takes one of {', '.join(formula.free) or 'no parameter'} to 0 or oo",
                f"{name} -> {end}",
                "Choose another, or do not fix it by at.",
            )
        return (
            Limit(symbols[name], sp.oo, approach=approach) if end == "oo" else Limit(symbols[name], sp.S.Zero)
        )
    if approach.variable in formula.free:
        return Limit(symbols[approach.variable], sp.oo, approach=approach)
    inputs = [name for name in formula.free if symbols[name].is_positive]
    return Limit(symbols[inputs[0]], sp.S.Zero, tuple(inputs[1:])) if inputs else None


def along_limit(settings: Sequence[Setting], limit: Limit) -> list[dict[str, sp.Expr]]:
    """The settings without the limit variable, what goes along with it as multiples of it."""
    found: list[dict[str, sp.Expr]] = []
    for setting in settings:
        others = {name: value for name, value in setting.items() if name != str(limit.variable)}
        others |= {name: setting[name] / setting[str(limit.variable)] for name in limit.companions}
        if others not in found:
            found.append(others)
    return found
