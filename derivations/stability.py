"""Chapter 15: the stability of the steady states.

Of all perturbations of the infinite lattice the one of the largest |cos omega_+| grows fastest, by

    Lambda = max over q of |lambda| = a sqrt(1 - S^2) + sqrt(b^2 - a^2 S^2),      S = min over q of |sin omega_+(q)|

or sqrt(g_r g_t) where |b| < a S, and by a + |b| = max(g_r, g_t) where omega_+ reaches a multiple of pi, S = 0, as it
does on resonance at q = 0. A steady state is stable where Lambda < 1. With an activation that contracts,
rho' <= 1, that is always so; with one that expands somewhere one input can have several steady states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import sympy as sp

from analytics.expressions.notation import (
    I0,
    F,
    delta,
    growth,
    perturbation_wavenumbers,
    radial,
    smallest_sine,
    tangential,
)
from analytics.law.law import Law
from analytics.law.statement import Kind
from analytics.law.step import Step, Steps, identity
from analytics.network.activation import Activation, gains
from analytics.network.network import Network
from derivations.background import REMEMBERED, Background, both_backgrounds, drift
from derivations.chapter import PAPER, Chapter, derived
from derivations.dispersion import even, moduli, modulus
from derivations.kernel import wave_ranges
from derivations.linearization import GAINS, a, b
from derivations.single_oscillation import FORCING
from derivations.single_oscillation import RANGES as OF_FORCING

SOURCE = f"the fastest growing eigenvalue of the linearization; {PAPER}"


@dataclass(frozen=True, slots=True)
class Band:
    """omega_+ = centre + sum of swing_j cos q_j in the frame of a background: it takes all values in between."""

    centre: sp.Expr
    swings: tuple[sp.Expr, ...]

    @property
    def half_width(self) -> sp.Expr:
        return sp.Add(*map(sp.Abs, self.swings))

    def at(self, wavevector: tuple[sp.Symbol, ...]) -> sp.Expr:
        return self.centre + sp.Add(*(b * sp.cos(q) for b, q in zip(self.swings, wavevector, strict=True)))


@derived()
def largest_growth(network: Network) -> Law:
    r"""Largest growth of a perturbation in a step, :math:`\Lambda = \max_q |\lambda|`. Exact.

    Over all wavenumbers of the infinite lattice. The steady state is stable where it is below 1. Where omega_+ is
    no sum of a cosine per axis, the law on an oscillation is that of the resonant one, and on a uniform background
    that drifts there is none.
    """
    still, swinging = both_backgrounds(network)
    if drift(network) == 0:
        candidates = [_growth(still, None)]
    else:
        candidates = [_growth(still, band)] if (band := _band(still)) else []
    band = _band(swinging)
    candidates.append(_growth(swinging, band) if band else _growth(_on_resonance(swinging), None))
    first, *others = candidates
    return replace(first, alternatives=tuple(others))


def with_growth(law: Law) -> Law:
    """`law` with its `growth`, by which steady states are told apart, where the activation allows several of them."""
    if law.network.activation.contracts:
        return law
    where = tuple(with_growth(other) for other in law.where)
    alternatives = tuple(with_growth(other) for other in law.alternatives)
    if law.kind is not Kind.STEADY_STATES or law.observable.startswith("real_"):
        return replace(law, where=where, alternatives=alternatives) if where or alternatives else law
    drive = I0 if I0 in law.symbols else F
    return replace(law, growth=next((one for one in _growths(law.network) if drive in one.symbols), None))


@lru_cache(REMEMBERED)
def _growths(network: Network) -> tuple[Law, ...]:
    """`largest_growth` on each background."""
    first = largest_growth(network)
    return replace(first, alternatives=()), *first.alternatives


def smallest_sine_law(background: Background, band: Band) -> Law:
    """S, the smallest |sin omega_+| over all wavenumbers, for the detuning and the carrier. Exact."""
    return Law(
        name="smallest_sine",
        meaning="smallest |sin(omega_+)| over all wavenumbers of a perturbation",
        observable="smallest_sine",
        network=background.network,
        subject=smallest_sine,
        equation=sp.Eq(smallest_sine, _smallest(band), evaluate=False),
        parameters=tuple(p for p in background.parameters if p.symbol not in (F, I0)),
        codomain=sp.Interval(0, 1),
        validity="every background",
        source=SOURCE,
        steps=(_reach(background, band),),
    )


def _growth(background: Background, band: Band | None) -> Law:
    """band: of omega_+, or None where it is known to reach 0."""
    activation = background.network.activation
    along, across = gains(activation)
    sines: tuple[Law, ...] = ()
    if band is None:
        last = _at_its_best()
        value = (along + across) / 2 + sp.Abs(along - across) / 2
    else:
        last, sines = _reach(background, band), (smallest_sine_law(background, band),)
        value = _over(along, across)
    return Law(
        meaning="largest factor by which a perturbation of any wavenumber grows in one step; stable below 1",
        observable="largest_growth",
        network=background.network,
        subject=growth,
        equation=sp.Eq(growth, value, evaluate=False),
        parameters=background.parameters,
        codomain=sp.Interval(0, sp.oo),
        validity="every background" if band or I0 in background.symbols else "delta = 0",
        source=SOURCE,
        steps=(*_fastest(activation), last),
        where=(background.amplitude, *sines),
    )


def _over(along: sp.Expr, across: sp.Expr) -> sp.Expr:
    """Lambda for the smallest sine, in both regimes."""
    mean, skew = (along + across) / 2, (along - across) / 2
    inside = skew**2 - mean**2 * smallest_sine**2
    fastest = mean * sp.sqrt(1 - smallest_sine**2) + sp.sqrt(inside)
    return sp.Piecewise((sp.sqrt(along * across), inside <= 0), (fastest, True))


def _smallest(band: Band) -> sp.Expr:
    """S, the smallest |sin omega_+| where omega_+ takes all values of the band.

    It is the sine of the distance between the band and the nearest multiple of pi. The distance is that of the
    centre less the half width, or 0 where the band holds a multiple.
    """
    apart = sp.asin(sp.Abs(sp.sin(band.centre))) - band.half_width
    return sp.sin((apart + sp.Abs(apart).doit()) / 2)  # SymPy leaves | |c| | as it is until asked


def _on_resonance(background: Background) -> Background:
    """The same oscillation with delta = 0; its wavenumber does not matter then."""
    amplitude = background.amplitude
    equation = amplitude.equation.xreplace({delta: sp.S.Zero})
    return replace(
        background,
        amplitude=replace(amplitude, equation=equation, parameters=(FORCING,)),
        parameters=(FORCING,),
    )


def _band(background: Background) -> Band | None:
    """omega_+ as a sum of a cosine per axis; None where it is not one."""
    wavevector = perturbation_wavenumbers(background.network.dimension)
    plus, _ = background.frequencies(wavevector)
    still = dict.fromkeys(wavevector, sp.S.Zero)
    top = plus.subs(still)
    swings = tuple((top - plus.subs({**still, q: sp.pi})) / 2 for q in wavevector)
    rest = plus - Band(top - sp.Add(*swings), swings).at(wavevector)
    probe = {symbol: sp.Rational(place + 2, 7) for place, symbol in enumerate(wavevector)}
    others = sorted(rest.free_symbols - set(wavevector), key=str)
    probe |= {symbol: sp.Rational(2, 2 * place + 5) for place, symbol in enumerate(others)}
    if abs(rest.subs(probe).n(20)) > sp.Float("1e-15"):
        return None
    swings = tuple(map(sp.simplify, swings))
    band = Band(sp.simplify(top - sp.Add(*swings)), swings)
    return band if sp.simplify(sp.expand(plus - band.at(wavevector))) == 0 else None


def _fastest(activation: Activation) -> Steps:
    """From the moduli of both eigenvalues to the wavenumber at which the larger one is largest."""
    product = radial * tangential
    root = sp.sqrt(modulus**2 - product)
    mean, skew = (radial + tangential) / 2, (radial - tangential) / 2
    return (
        *moduli(activation),
        identity(
            "The larger modulus grows with C = a |cos omega_+| where the root is real, and is sqrt(g_r g_t) "
            "where it is not: the perturbation of the smallest |sin omega_+| = S grows fastest.",
            sp.diff(modulus + root, modulus),
            (modulus + root) / root,
            {modulus: (1, 2), **GAINS},
        ),
        identity(
            "With C = a sqrt(1 - S^2) and a^2 - b^2 = g_r g_t the root is that of b^2 - a^2 S^2.",
            mean**2 * (1 - smallest_sine**2) - product,
            skew**2 - mean**2 * smallest_sine**2,
            {**GAINS, smallest_sine: (sp.S.Zero, sp.S.One)},
            shown=sp.Eq(
                growth,
                a * sp.sqrt(1 - smallest_sine**2) + sp.sqrt(b**2 - a**2 * smallest_sine**2),
                evaluate=False,
            ),
        ),
    )


def _at_its_best() -> Step:
    """On resonance the uniform perturbation, q = 0, has omega_+ = 0."""
    mean, skew = (radial + tangential) / 2, sp.Abs(radial - tangential) / 2
    return identity(
        "On resonance omega_+ = 0 at q = 0, so that S = 0: the moduli are a + |b| and a - |b|, the two gains.",
        (mean + skew) * (mean - skew),
        radial * tangential,
        GAINS,
        shown=sp.Eq(growth, a + sp.Abs(b), evaluate=False),
    )


def _reach(background: Background, band: Band) -> Step:
    """The values that omega_+ takes over all wavenumbers."""
    network = background.network
    wavevector = perturbation_wavenumbers(network.dimension)
    plus, _ = background.frequencies(wavevector)
    ranges = wave_ranges(network.kernel, (*network.kernel.wavenumbers, *wavevector))
    if delta in plus.free_symbols:
        ranges[delta] = OF_FORCING[delta]
    return identity(
        "omega_+ is a sum of a cosine per axis and takes all values up to the sum of their amplitudes away from its "
        "centre. S is the sine of the distance of these values from a multiple of pi, 0 where they hold one.",
        plus,
        band.at(wavevector),
        {symbol: bounds for symbol, bounds in ranges.items() if symbol in plus.free_symbols},
        shown=sp.Eq(even, band.at(wavevector), evaluate=False),
    )


CHAPTER = Chapter(
    number=15,
    title="Stability of the steady states",
    summary="The perturbation that grows fastest, and where all of them decay.",
    laws=(largest_growth,),
)
