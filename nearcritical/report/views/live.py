"""The part of the page that moves: laws of the network as JavaScript, what can be set, and what is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING

import sympy as sp
from markupsafe import Markup

from analytics.errors import NearCriticalError
from analytics.export.formats import export
from analytics.expressions.notation import r
from analytics.expressions.printing import latex
from nearcritical.report.mathml import mathematics, sentence
from nearcritical.report.views.live_laws import PREFIX, movable, opened
from nearcritical.report.views.stops import networks_at, stops

if TYPE_CHECKING:
    from analytics.law.law import Law
    from analytics.network.network import Network
    from derivations.theory import Theory

DRAWN = (
    "forced_amplitude",
    "dispersion_relation",
    "decay_rate",
    "propagation_length",
    "evanescent_length",
    "kernel_frequency",
)
"""Laws that are drawn, or step the lattice, where the network has them."""

NEEDED = ("forced_amplitude", "kernel_frequency", "activation_taylor")
"""Without these there is nothing to move."""

PROFILE = "radial_profile"
"""The function rho of the network, beside its laws."""

SLIDERS: dict[str, tuple[str, float, float, float, bool]] = {
    "F": ("forcing F", 1e-4, 1.0, 0.05, True),
    "delta": ("detuning delta", -1.0, 1.0, 0.05, False),
    "I0": ("background I0", 1e-5, 1.0, 0.01, True),
    **{
        name: (f"wavenumber {name}", 0.0, pi, place, False)
        for name, place in (("q", pi / 4), ("q1", pi / 4), ("q2", pi / 8), ("q3", 0.0))
    },
    "Omega": ("probe frequency Omega", -1.5, 1.5, 0.5, False),
}
"""Parameter -> label, ends, value at first, and whether its scale is logarithmic."""

LATTICE = {"F", "I0", "Omega"}
"""Parameters of the inputs of the lattice itself, beside wavenumbers."""

LATTICES = (
    "a ring of 64 sites",
    "a torus of 32 by 32 sites",
    "a torus of 32 by 32 sites that is one wave along the third axis",
)
"""What the page steps, by the dimension."""

DIGITS = 20
"""Of a number that is then a double."""

SPAN = 3
"""How far a constant moves to either side, as a factor."""


def live_view(theory: Theory) -> Mapping[str, object] | None:
    """The laws in JavaScript, and the sliders; None where the network is general, or its laws have no such text.

    sources: one for each combination of `stops`; the constants that move freely are arguments of the laws.
    """
    network = theory.network
    if network.activation.is_general or any(name not in theory for name in NEEDED):
        return None
    chosen = [theory[name] for name in DRAWN if name in theory and theory[name].count is not None]
    chosen.append(_profile(theory["activation_taylor"]))
    stepped = stops(network)
    versions = [[opened(law.on(other)) for law in chosen] for other in networks_at(network, stepped)]
    try:
        sources = [Markup(export(laws, "javascript")) for laws in versions]
    except NearCriticalError:
        return None
    used = {name for law in versions[0] for name in _names(law)} | LATTICE
    moving = {symbol.name for symbol in (*movable(network), *stepped)}
    still = [
        f"{symbol} = {value}" for symbol, value in network.constants.items() if symbol.name not in moving
    ]
    sliders = SLIDERS | {"Omega": _probe(theory["kernel_frequency"])}
    return {
        "sources": sources,
        "laws": {law.name: _names(law) for law in versions[0]},
        "sliders": [
            *(
                _slider(name, sentence(label), low, high, value, is_log)
                for name, (label, low, high, value, is_log) in sliders.items()
                if name in used
            ),
            *(_free(symbol, parameter.name, network) for symbol, parameter in movable(network).items()),
            *(_stepped(symbol, values, network) for symbol, values in stepped.items()),
        ],
        "lattice": LATTICES[network.dimension - 1],
        "still": Markup(", ").join(still),
    }


def _probe(frequency: Law) -> tuple[str, float, float, float, bool]:
    """The slider of the probe, at first with the frequency of a wave along the first axis, which propagates."""
    first, *others = frequency.symbols
    value = float(frequency.evaluate({first: sp.pi / 3} | dict.fromkeys(others, 0), DIGITS))
    label, low, high, _, is_log = SLIDERS["Omega"]
    return label, low, high, min(max(value, low), high), is_log


def _slider(
    name: str, label: Markup, low: float, high: float, value: float, is_log: bool
) -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "low": low,
        "high": high,
        "value": value,
        "log": is_log,
        "stops": [],
    }


def _free(symbol: sp.Symbol, name: str, network: Network) -> dict[str, object]:
    """The slider of a constant that moves freely."""
    value = network.constants[symbol]
    low, high = sorted((float(value / SPAN), float(value * SPAN)))
    return _slider(name, _constant(symbol), low, high, float(value), bool(value > 0))


def _stepped(symbol: sp.Symbol, values: Sequence[sp.Expr], network: Network) -> dict[str, object]:
    stops = [float(value) for value in values]
    value = float(network.constants[symbol])
    return _slider(f"{PREFIX}{symbol}", _constant(symbol), stops[0], stops[-1], value, False) | {
        "stops": stops
    }


def _constant(symbol: sp.Symbol) -> Markup:
    return Markup("constant ") + mathematics(latex(symbol))


def _names(law: Law) -> Sequence[str]:
    """Names of the parameters, in order; that of a wave's wavenumber is q, or q1, as of a perturbation."""
    return [re.sub(r"^k(\d?)$", r"q\1", parameter.name) for parameter in law.parameters]


def _profile(expanded: Law) -> Law:
    """rho itself, in place of its expansion."""
    return replace(
        expanded,
        name=PROFILE,
        meaning="output of one step from rest under a uniform input r",
        equation=sp.Eq(expanded.subject, expanded.network.activation.rho(r), evaluate=False),
        remainder=None,
        limit=None,
        dropped=(),
        exact=None,
        steps=(),
        validity="every input",
    )
