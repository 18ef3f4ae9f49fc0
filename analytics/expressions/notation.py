"""The symbols of the theory, each defined once.

Time is counted in steps, length in lattice sites; wavenumbers are in rad/site, frequencies in rad/step.
"""

from __future__ import annotations

import re

import sympy as sp

r = sp.Symbol("r", positive=True)
"""Modulus of a pre-activation, the argument of the radial profile rho."""

R = sp.Symbol("R", positive=True)
"""Modulus of an output: the amplitude of a steady state."""

P = sp.Symbol("P", positive=True)
"""Modulus of the pre-activation of a steady state, P = psi(R)."""

start = sp.Symbol("start", nonnegative=True)
"""Modulus of the wave that a simulation starts from, where there are several steady states; 0 is rest."""

waves = sp.Symbol("waves", integer=True, positive=True)
"""How many waves of a tail are read off, the least damped first."""

gap = sp.Symbol("gap", integer=True, positive=True)
"""Sites without input beside a driven stretch of a ring, up to its far side."""

EXPERIMENTAL = frozenset({start, waves, gap})
"""What an experiment is told, and no law speaks of."""

z = sp.Symbol("z")
zbar = sp.Symbol("zbar")
"""A complex number and its conjugate, as independent symbols: an expansion of phi in both is safe."""

F = sp.Symbol("F", positive=True)
"""Amplitude of an oscillatory forcing."""

F1, F2 = sp.symbols("F1 F2", positive=True)
"""Amplitudes of two oscillatory forcings."""

I0 = sp.Symbol("I0", positive=True)
"""Amplitude of a uniform, constant background input."""

delta = sp.Symbol("delta", real=True)
"""Detuning of the forcing from the kernel, omega - omega(k)."""

theta = sp.Symbol("theta", real=True)
"""Phase of the response against the forcing."""

omega = sp.Symbol("omega", real=True)
"""Frequency of a plane wave of the kernel."""

n = sp.Symbol("n", integer=True, nonnegative=True)
"""Time, in steps."""


def wavenumbers(dimension: int) -> tuple[sp.Symbol, ...]:
    """(k,) on a ring; (k1, k2, ...) on a lattice of more dimensions."""
    if dimension == 1:
        return (sp.Symbol("k", real=True),)
    return tuple(sp.Symbol(f"k{axis}", real=True) for axis in range(1, dimension + 1))


half_width = sp.Symbol("delta_half", positive=True)
"""Detuning at which the squared response falls to half of its resonant value."""

q = sp.Symbol("q", real=True)
"""Wavenumber of a perturbation on a ring, relative to the carrier."""

Omega = sp.Symbol("Omega", real=True)
"""Frequency of a probe, relative to the carrier."""

sites_per_period = sp.Symbol("L", integer=True, positive=True)
"""Sites over which a modulated background repeats."""

mean_wavenumber = sp.Symbol("q_mean")
"""Wavenumber of a wave per site of a modulated background: Re is its phase, Im its damping, over a period, over L."""

eigenvalue = sp.Symbol("lambda")
"""Factor by which a perturbation grows in one step, complex."""

packet_velocity = sp.Symbol("v_g", real=True)
"""Slope of the frequencies, d omega/dq."""

growth = sp.Symbol("Lambda", positive=True)
"""Largest factor by which a perturbation of any wavenumber grows in one step."""

smallest_sine = sp.Symbol("S", nonnegative=True)
"""Smallest |sin omega_+| over all wavenumbers of a perturbation."""

decay = sp.Symbol("sigma", positive=True)
"""Decay rate of a perturbation per step, -ln|lambda|."""

relaxation = sp.Symbol("tau", positive=True)
"""Relaxation time 1/sigma, in steps."""

radial = sp.Symbol("g_r", positive=True)
tangential = sp.Symbol("g_t", positive=True)
"""Gains of phi for a small change along, and across, its argument."""


def perturbation_wavenumbers(dimension: int) -> tuple[sp.Symbol, ...]:
    """(q,) on a ring; (q1, q2, ...) on a lattice of more dimensions."""
    if dimension == 1:
        return (q,)
    return tuple(sp.Symbol(f"q{axis}", real=True) for axis in range(1, dimension + 1))


winding = sp.Symbol("j", integer=True)
"""Which branch of a frequency modulo 2 pi: an equation that holds for every integer j."""

crest = sp.Symbol("q0", positive=True)
"""Wavenumber of the undamped wave that has the frequency of a probe."""

length = sp.Symbol("l", positive=True)
"""Propagation length, in sites."""

distance = sp.Symbol("x", positive=True)
"""Distance in sites from where a profile that falls off as a power of it has its origin."""

R0 = sp.Symbol("R0", positive=True)
"""Initial modulus of a wave that relaxes freely."""

harmonic = sp.Symbol("h", integer=True, positive=True)
"""Number of a harmonic of a real oscillation; 1 is the fundamental."""

tone_wavenumbers = sp.symbols("k1 k2", real=True)
"""Wavenumbers k_1, k_2 of two oscillations on a ring. In more dimensions the same names are components of one
wavevector; laws on two oscillations are stated for rings, where k has no components."""

ratio = sp.Symbol("eta", positive=True)
"""Ratio R2/R1 of the responses to two oscillations."""

C = sp.Symbol("C", positive=True)
"""Amplitude of a combination tone."""


class Constant(sp.Symbol):
    """A positive constant of an activation: never the same as a symbol of the theory that has its name."""

    __slots__ = ()


class Share(Constant):
    """A constant of an activation with 0 < m <= 1."""

    __slots__ = ()


def without_shares(expression: sp.Expr) -> sp.Expr:
    """The expression with m = t/(1 + t) for each share m: a sign that it has for all t > 0 it has for all m < 1."""
    shares = {m: sp.Symbol(f"t_{m}", positive=True) for m in expression.atoms(Share)}
    return expression.xreplace({m: t / (1 + t) for m, t in shares.items()})


def is_positive(expression: sp.Expr) -> bool:
    """Is the expression known to be positive for all values of the constants in it, 1 of a share included?"""
    ones = dict.fromkeys(expression.atoms(Share), sp.S.One)
    if not ones:
        return expression.is_positive is True
    inside = sp.factor(sp.cancel(without_shares(expression)))
    return inside.is_positive is True and expression.xreplace(ones).is_positive is True


SYMBOLS = frozenset(
    name
    for given in tuple(globals().values())
    if isinstance(given, sp.Symbol)
    for name in (given.name, f"{given.name}_")
)
"""Names that the theory gives a meaning; `lambda_` is lambda where a name must not be Python's keyword."""


WRITTEN = frozenset({"rho", "psi", "O", "R_F", *(f"{letter}_phi" for letter in "cdef")})
"""Names of functions of the theory, and others that formulas are written with."""


def is_taken(name: str) -> bool:
    """Does a constant of that name collide with a symbol of the theory? Wavenumbers are k, q, k1, q2, ..."""
    return name in SYMBOLS | WRITTEN or re.fullmatch(r"[kq]\d*", name, re.ASCII) is not None
