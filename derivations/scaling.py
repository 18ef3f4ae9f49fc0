"""The exponents of the critical point, by dominant balance.

p is the order of the nonlinearity, rho(r) = r - c r^(p+1), and m that of the band edge, omega ~ kappa q^m.
Each quantity is balanced in powers of the input: a term of power a balances one of power b where a = b.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from analytics.errors import DerivationError
from analytics.expressions import series
from analytics.expressions.notation import q
from analytics.law.step import Step, identity
from analytics.network.network import Network
from derivations.propagation import along_axis

p = sp.Symbol("p", positive=True)
m = sp.Symbol("m", positive=True)
unknown = sp.Symbol("y", real=True)
x = sp.Symbol("x", positive=True)


@dataclass(frozen=True, slots=True)
class ScalingExponent:
    """quantity ~ (input)**exponent, with the balance that gives it; law: the name of the law that says so."""

    quantity: str
    parameter: str
    exponent: sp.Expr
    law: str
    step: Step

    def of(self, network: Network) -> sp.Expr:
        """The exact rational for a network's p and m."""
        return self.exponent.subs({p: network.activation.order, m: band_edge_order(network)})


def exponent_table() -> tuple[ScalingExponent, ...]:
    """Every exponent of the critical point, symbolic in p and m."""
    resonant = _balance("amplitude on resonance", "c R^(p+1) = F", (p + 1) * unknown, sp.S.One)
    rate = p * resonant.exponent
    return (
        resonant.named("resonant amplitude", "F", "resonant_amplitude"),
        _balance("relaxation time", "tau c R^p = 1", unknown + rate, sp.S.Zero).named(
            "relaxation time", "I0", "relaxation_time_resonant"
        ),
        _balance("length in the band", "l c R^p = |v_g|", unknown + rate, sp.S.Zero).named(
            "propagation length in the band", "I0", "propagation_length"
        ),
        _balance("length at the band edge", "kappa l^(-m) = c R^p", -m * unknown, rate).named(
            "evanescent length at the band edge", "I0", "evanescent_length"
        ),
        _balance("width of the resonance", "delta R = F", unknown + resonant.exponent, sp.S.One).named(
            "resonance bandwidth", "F", "resonance_bandwidth"
        ),
        _balance("amplitude off resonance", "delta R = F at fixed delta", unknown, sp.S.One).named(
            "detuned amplitude", "F", "detuned_amplitude"
        ),
        _balance("relaxation time off resonance", "tau c R^p = 1 with R ~ F", unknown + p, sp.S.Zero).named(
            "relaxation time, detuned", "F", "relaxation_time_detuned"
        ),
        _balance("free relaxation", "R / n = c R^(p+1)", unknown - 1, (p + 1) * unknown).named(
            "free relaxation", "n", "free_relaxation"
        ),
    )


@dataclass(frozen=True, slots=True)
class _Balance:
    exponent: sp.Expr
    step: Step

    def named(self, quantity: str, parameter: str, law: str) -> ScalingExponent:
        return ScalingExponent(quantity, parameter, self.exponent, law, self.step)


def _balance(what: str, terms: str, left: sp.Expr, right: sp.Expr) -> _Balance:
    """Equate the powers of the input on both sides, and solve for the unknown one."""
    solutions = sp.solve(left - right, unknown)
    if len(solutions) != 1:
        raise DerivationError(
            f"dominant balance '{what}'", "one exponent must solve it", solutions, "Mend it."
        )
    exponent = sp.factor(solutions[0])
    step = identity(
        f"Balance {terms}.",
        left.subs(unknown, exponent),
        right.subs(unknown, exponent) if right.has(unknown) else right,
        {p: (2, 9), m: (1, 5)},
        shown=sp.Eq(unknown, exponent, evaluate=False),
    )
    return _Balance(exponent, step)


def band_edge_order(network: Network) -> int:
    """m > 0 with omega_+(q) - omega_+(0) ~ kappa q^m along the first axis; 1 where that does not depend on q."""
    wave, order = network.kernel.even_part(along_axis(network)).xreplace({q: x}), 12
    while wave.has(x):
        powers = series.nonzero_powers(series.taylor(sp.diff(wave, x), x, order - 1))
        if powers:
            return powers[0] + 1
        order *= 2
    return 1
