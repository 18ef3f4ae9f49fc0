"""One observable, one setting, two engines: to how many digits does flint agree with mpmath?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import sympy as sp

from analytics.errors import NearCriticalError
from analytics.evaluation.contexts import kept_context, matching_digits
from analytics.evaluation.values import nearest_to_zero
from analytics.network.network import Network
from numerics.observables.discovery import observable_named
from numerics.observables.measure import Measurement, measure

ANGLES = ("rad", "rad/step")
"""Units whose digits are counted after the decimal point, modulo a turn."""


@dataclass(frozen=True, slots=True)
class EngineAgreement:
    """digits: the fewest to which values of both agree, at most those asked for; right: are they as many?"""

    ball: Measurement
    reference: Measurement
    digits: float
    right: bool


def cheapest_setting(observable: str, network: Network) -> Mapping[str, sp.Expr] | None:
    """Of the observable's own settings the one on the fewest sites, then of the fewest steps, seen at 15 digits.

    None where the network offers none that can be measured.
    """
    found: list[tuple[tuple[int, int], Mapping[str, sp.Expr]]] = []
    for setting in settings_of(observable, network):
        try:
            seen = measure(observable, network, setting, 15)
        except NearCriticalError:
            continue
        found.append(((prod(seen.sites), seen.iterations), setting))
    return min(found, key=lambda one: one[0])[1] if found else None


def settings_of(observable: str, network: Network) -> Sequence[Mapping[str, sp.Expr]]:
    """The settings that an observable offers on a network; none where it cannot be measured there."""
    try:
        return observable_named(observable).settings(network)
    except NearCriticalError:
        return ()


def engines_agree(
    observable: str, network: Network, setting: Mapping[str, sp.Expr], digits: int
) -> EngineAgreement:
    """Measure by both engines. Relative digits, of angles those after the point; of several values relative to the
    largest, since entries of a matrix may vanish."""
    ball, reference = (measure(observable, network, setting, digits, engine=e) for e in ("ball", "reference"))
    is_angle = observable_named(observable).unit in ANGLES
    context = kept_context(digits + 20)
    one, other = ([context.convert(value) for value in found.values] for found in (ball, reference))
    scale = context.one if is_angle else max(map(abs, one)) or context.one
    differences = [abs(a - b) for a, b in zip(one, other, strict=True)]
    if is_angle:
        differences = [abs(context.convert(nearest_to_zero(d, 2 * sp.pi, digits + 10))) for d in differences]
    worst = max(differences)
    agreed = matching_digits(context, worst, scale, digits)
    return EngineAgreement(ball, reference, agreed, bool(worst <= scale * context.mpf(10) ** -digits))
