"""The laws of the general activation of open order, each compared with the one derived for order 2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from inspect import signature

import sympy as sp

from analytics.expressions import series
from analytics.expressions.notation import Constant, R
from analytics.law.law import Law
from analytics.law.step import WITHIN, Step, definition, identity
from analytics.network.activation import general
from analytics.network.network import Network
from derivations.chapter import Maker
from derivations.lengths import is_even
from derivations.open_decay import (
    ACROSS,
    ALONG,
    MEAN,
    evanescent_length,
    free_relaxation,
    in_band,
    off_resonance_rates,
    on_resonance,
)
from derivations.open_order import (
    A,
    activation_taylor,
    detuned_amplitude,
    forced_amplitude_taylor,
    p,
    psi,
    resonance_bandwidth,
    resonant_amplitude,
)

PLAIN = 2
"""An order at which each law is compared with the one derived for it."""

OPEN: dict[str, Callable[[Network, Law, int], Law]] = {
    "activation_taylor": activation_taylor,
    "forced_amplitude_taylor": forced_amplitude_taylor,
    "resonant_amplitude": resonant_amplitude,
    "detuned_amplitude": detuned_amplitude,
    "resonance_bandwidth": resonance_bandwidth,
    "decay_rate_underdamped": on_resonance(MEAN, MEAN),
    "decay_rate_overdamped": on_resonance(ACROSS, ALONG),
    "relaxation_time_resonant": on_resonance(ACROSS, ALONG),
    "decay_rate_detuned": off_resonance_rates,
    "relaxation_time_detuned": off_resonance_rates,
    "propagation_length": in_band(lambda network: MEAN if is_even(network) else ACROSS),
    "evanescent_length": evanescent_length,
    "free_relaxation": free_relaxation,
    "real_decay_rate_small": on_resonance(ALONG),
    "real_propagation_length": in_band(lambda network: ALONG),
}
"""Law -> how it is found."""


def open_law(maker: Maker, network: Network, **options: int) -> Law:
    """The law of `maker` for the general activation of open order.

    What the law is about, and where it holds, is that of the law for order 2, with which the formula is compared.
    """
    like = maker(replace(network, activation=general(PLAIN)), **options)
    asked = signature(maker.function).parameters.get("terms")
    terms = options.get("terms", asked.default if asked else 1)
    found = OPEN[maker.name](network, like.on(network), terms)
    compared = tuple(_compared(*pair) for pair in zip(found.versions, like.versions, strict=True))
    return replace(found, name=maker.name, exact=None, steps=(_ansatz(), *found.steps, *compared))


def _ansatz() -> Step:
    return definition(
        "Of the activation the order p and the first coefficients of the inverse are known; u = R^p.",
        psi(R),
        R * series.polynomial(A, R**p),
    )


def _compared(found: Law, like: Law) -> Step:
    """With p = 2 the formula is the one derived for that order."""
    ours, theirs = found.predictions[-1].xreplace({p: sp.Integer(PLAIN)}), like.predictions[-1]
    symbols = ours.free_symbols | theirs.free_symbols
    return identity(
        f"For p = {PLAIN} this is the law derived for that order.",
        ours,
        theirs,
        {symbol: WITHIN for symbol in symbols if not isinstance(symbol, Constant)},
        proof=_simplified,
        shown=sp.Eq(found.equation.lhs, theirs, evaluate=False),
    )


def _simplified(rest: sp.Expr) -> sp.Expr:
    return sp.simplify(sp.expand(rest))
