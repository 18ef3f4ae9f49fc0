"""Networks and settings drawn at random: where a true law must hold although nobody chose the place for it."""

from __future__ import annotations

from random import Random

import sympy as sp

from analytics.exclusive import in_turn
from analytics.expressions.notation import r, wavenumbers
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from analytics.network.relations import Offset
from numerics.observables.record import Setting
from numerics.observables.tail import narrowness

PERIODS = (5, 8, 12, 16)
"""Sites in which a random wave repeats."""

c = sp.Symbol("c", real=True)
parts = sp.symbols("s1:4 t1:4", real=True)
"""Constants of an own stencil: the real and the imaginary part of each tap."""


@in_turn
def random_network(random: Random) -> Network:
    """A network of a named or an own activation and kernel, its constants drawn: fractions, or roots of fractions."""
    return Network(_activation(random), _kernel(random))


def _activation(random: Random) -> Activation:
    """One by name, or an own one: r/(1 + a r^p)^(1/p), tanh(a r)/a and the like, or a mixture of two of these."""
    a, b, share = _number(random), _number(random), _fraction(random, "1/5", "4/5")
    p = random.choice((2, 4, 6))
    saturating = (
        sp.tanh(a * r) / a,
        2 / (sp.pi * a) * sp.atan(sp.pi * a * r / 2),
        sp.erf(sp.sqrt(sp.pi) * a * r / 2) / a,
    )
    root = r / (1 + b * r**p) ** sp.Rational(1, p)
    kind = random.choice(("named", "named", "root", "function", "mixture"))
    if kind == "named":
        return activation(random.choice(sorted(PROFILES)))
    if kind == "root":
        return Activation("root", root)
    one = random.choice(saturating)
    return Activation(kind, one if kind == "function" else share * one + (1 - share) * sp.tanh(b * r) / b)


def _kernel(random: Random) -> Kernel:
    """One by name, an own stencil on a ring or a torus, its taps in constants, or a band of infinite reach."""
    size = _fraction(random, "1/10", "1/2")
    kind = random.choice(("laplacian", "advection", "ring", "torus", "band"))
    if kind in ("laplacian", "advection"):
        return kernel(kind, dimension=random.choice((1, 1, 2)), constants={"c": size})
    if kind == "band":
        (k,) = wavenumbers(1)
        shape = random.choice((1 - sp.cos(k), sp.sin(k), 1 - sp.cos(k) + sp.sin(k) / 2))
        bend = _fraction(random, 2, 4)
        return Kernel.from_frequency("band", c * shape / (bend + sp.cos(k)), constants=((c, size),))
    offsets: tuple[Offset, ...] = ((1,), (2,)) if kind == "ring" else ((1, 0), (0, 1), (1, 1))
    taps: dict[Offset, sp.Expr] = {(0,) * len(offsets[0]): sp.I * _fraction(random, "-1/5", "1/5")}
    values: list[tuple[sp.Symbol, sp.Expr]] = []
    for place, offset in enumerate(random.sample(offsets, random.randint(1, len(offsets)))):
        across, along = parts[place], parts[place + 3]
        values += [(across, _fraction(random, "-1/5", "1/5")), (along, _fraction(random, "1/20", "1/5"))]
        value = across + sp.I * along
        taps |= {offset: value, tuple(-step for step in offset): -across + sp.I * along}
    return Kernel(kind, tuple(sorted(taps.items())), constants=tuple(values))


def random_settings(network: Network, random: Random, count: int) -> tuple[Setting, ...]:
    """Values of every parameter that a law may have, by name, in pairs: as drawn, and the same with q = 0.

    Inputs from 1e-4 to 1 (strong ones of two oscillations excite more tones than a lattice has), detunings to
    both sides, waves of a few periods, frequencies of probes that the kernel carries.
    """
    scale, top = narrowness(network), network.activation.saturation
    found: list[Setting] = []
    for _ in range(count):
        setting = {name: _input(random) * scale**2 for name in ("F", "I0")}
        setting |= {name: _input(random) / 10 for name in ("F1", "F2")}
        setting |= {name: _input(random) * 3 for name in ("r", "R0")}
        setting |= {name: _wave(random) for name in ("k", "k1", "k2", "q", "q1", "q2")}
        setting["R"] = top * _fraction(random, "1/100", "99/100")
        setting["delta"] = _fraction(random, "-1/2", "1/2")
        setting["Omega"] = _fraction(random, "1/20", "1/4") * scale
        setting["n"] = sp.Integer(random.randint(1, 200))
        setting["x"] = 20 + setting["n"] / 4
        found += [setting, {**setting, **dict.fromkeys(("q", "q1", "q2"), sp.S.Zero)}]
    return tuple(found)


def _number(random: Random) -> sp.Expr:
    """Between 1/10 and 3: a fraction, or the square root of one, whose square is seldom free of squares."""
    drawn = _fraction(random, "1/10", 3)
    return random.choice((drawn, sp.sqrt(drawn)))


def _fraction(random: Random, low: object, high: object) -> sp.Rational:
    """A fraction of hundredths between the two, not 0."""
    first, last = (int(100 * sp.Rational(end)) for end in (low, high))
    return sp.Rational(random.choice([n for n in range(first, last + 1) if n]), 100)


def _input(random: Random) -> sp.Rational:
    """Between 1e-4 and 1, two digits, spread over the decades."""
    return sp.Rational(random.randint(10, 99), 10 ** random.randint(2, 5))


def _wave(random: Random) -> sp.Expr:
    """2 pi m / N in (-pi, pi]."""
    period = random.choice(PERIODS)
    return 2 * sp.pi * sp.Rational(random.randint(1 - period // 2, period // 2), period)
