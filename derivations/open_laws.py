"""The laws of the general activation of open order, each compared with the one derived for order 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import signature

import sympy as sp

from analytics.errors import LawError, ParameterError
from analytics.expressions import series
from analytics.expressions.notation import Constant, R
from analytics.law.law import Law
from analytics.law.step import WITHIN, Step, definition, identity
from analytics.network.activation import general
from analytics.network.network import Network
from derivations.chapter import Maker
from derivations.general import frame_condition, inserted, of_kernel, stand_in
from derivations.lengths import is_even
from derivations.open_decay import (
    ACROSS,
    ALONG,
    MEAN,
    MOST_IN_BAND,
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

IN_BAND = ("propagation_length", "real_propagation_length")


def open_law(maker: Maker, network: Network, **options: int) -> Law:
    """The law of `maker` for the general activation of open order, or for a general kernel.

    What the law is about, and where it holds, is that of the law for order 2 and a known kernel, with which the formula
    is compared. An order that is given is inserted.
    """
    asked = signature(maker.function).parameters.get("terms")
    terms = options.get("terms", asked.default if asked else 1)
    if maker.name in IN_BAND and terms is not None and terms > MOST_IN_BAND:
        raise ParameterError(
            f"deriving {maker.name}",
            f"with p open or a general kernel a length in the band has {MOST_IN_BAND} terms, to the constant one",
            terms,
            "Set p, and name a kernel: the next terms hold how omega bends.",
        )
    if network.kernel.is_general and maker.name == "evanescent_length" and terms > 1:
        raise LawError(
            f"law '{maker.name}' of a general kernel",
            "there is one term, for the next ones hold further coefficients of its band edge",
            terms,
            "Name a kernel.",
        )
    known = replace(stand_in(network), activation=general(PLAIN))
    like = maker(known, **options)
    opened = replace(network, activation=general())
    found = OPEN[maker.name](opened, _of(opened, like), terms)
    values = {p: sp.Integer(PLAIN)} | (of_kernel(known) if network.kernel.is_general else {})
    pairs = zip(found.versions, like.versions, strict=True)
    compared = tuple(_compared(one, other, values) for one, other in pairs)
    whole = replace(found, name=maker.name, exact=None, steps=(_ansatz(), *found.steps, *compared))
    order = network.activation.order
    return whole if order == p else inserted(whole, network, {p: sp.Integer(order)})


def _of(network: Network, like: Law) -> Law:
    """What a law is about, on `network`; its formula is still to come where that speaks of another kernel."""
    if not network.kernel.is_general:
        return like.on(network)

    def stated(part: Law) -> Law:
        blank = (
            sp.Tuple(*(0 for _ in part.predictions)) if isinstance(part.equation.rhs, sp.Tuple) else sp.S.Zero
        )
        return replace(
            part,
            network=network,
            equation=sp.Eq(part.equation.lhs, blank, evaluate=False),
            condition=frame_condition(network, part),
            where=(),
            alternatives=(),
        )

    return replace(stated(like), alternatives=tuple(map(stated, like.alternatives)))


def _ansatz() -> Step:
    return definition(
        "Of the activation the order p and the first coefficients of the inverse are known; u = R^p.",
        psi(R),
        R * series.polynomial(A, R**p),
    )


def _compared(found: Law, like: Law, values: Mapping[sp.Symbol, sp.Expr]) -> Step:
    """With p = 2, and the edge and the velocity of a known kernel, the formula is the one derived for these."""
    ours, theirs = found.predictions[-1].xreplace(dict(values)), like.predictions[-1]
    symbols = ours.free_symbols | theirs.free_symbols
    return identity(
        f"For p = {PLAIN} this is the law derived for that order"
        + (f", here with the kernel {like.network.kernel.name}." if len(values) > 1 else "."),
        ours,
        theirs,
        {symbol: WITHIN for symbol in symbols if not isinstance(symbol, Constant)},
        proof=_simplified,
        shown=sp.Eq(found.equation.lhs, theirs, evaluate=False),
    )


def _simplified(rest: sp.Expr) -> sp.Expr:
    return sp.simplify(sp.expand(rest))
