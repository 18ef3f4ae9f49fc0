"""Networks drawn at random: as the texts that a person would write, and as the functions that a judge takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from numerics.judging.judge import Mechanism, Real, Vector

Function = Callable[[Any, Real], Real]
Term = Callable[[Any, Vector], Real]


@dataclass(frozen=True, slots=True)
class Constant:
    """An exact number as text and as one of an mpmath context."""

    text: str
    value: Callable[[Any], Real]


@dataclass(frozen=True, slots=True)
class Profile:
    """text: a name, or an expression in r; the rest as in `Mechanism`."""

    text: str
    rho: Function
    slope: Function
    scale: float = 1.0
    bends: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """text: a name, or an expression in k or k1, k2, ...; constants: (name, text); terms: the parts of omega."""

    text: str
    constants: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]
    dimension: int = 1


@dataclass(frozen=True, slots=True)
class DrawnNetwork:
    profile: Profile
    band: Band

    @property
    def mechanism(self) -> Mechanism:
        profile, band = self.profile, self.band
        return Mechanism(profile.rho, profile.slope, band.terms, band.dimension, profile.scale, profile.bends)

    def __str__(self) -> str:
        constants = ", ".join(f"{name} = {text}" for name, text in self.band.constants)
        axes = f", {self.band.dimension}D" if self.band.dimension > 1 else ""
        return f"{self.profile.text} / {self.band.text}{axes}{f', {constants}' if constants else ''}"


def drawn_network(random: Random) -> DrawnNetwork:
    return DrawnNetwork(random.choice(PROFILES)(random), random.choice(BANDS)(random))


# constants


def fraction(exact: Fraction) -> Constant:
    return Constant(
        f"({exact.numerator}/{exact.denominator})", lambda mp: mp.mpf(exact.numerator) / exact.denominator
    )


def drawn_constant(random: Random, low: float, high: float) -> Constant:
    """A rational, a root, an integer with a square factor, a power of ten; of any size between the two."""
    size = low * (high / low) ** random.random()
    kind = random.choice(("rational", "rational", "root", "square", "power"))
    if kind == "square" and low <= 8 and high >= 1000:
        return fraction(Fraction(random.choice((8, 12, 18, 27, 32, 45, 50, 72, 98, 125, 128, 243, 500))))
    if kind == "power" and high / low > 100:
        return fraction(Fraction(10) ** round(float(f"{size:e}".partition("e")[2])))
    exact = Fraction(size).limit_denominator(random.choice((7, 30, 1000))) or Fraction(1, 50)
    if kind == "root":
        inner = exact**2 * Fraction(random.choice((2, 3, 8, 27)), 4)
        return Constant(
            f"sqrt({inner.numerator}/{inner.denominator})",
            lambda mp: mp.sqrt(mp.mpf(inner.numerator) / inner.denominator),
        )
    return fraction(exact)


# profiles


def scaled(
    text: str, rho: Function, slope: Function, constant: Constant | None, bends: bool = False
) -> Profile:
    """s rho(r/s): the same profile that saturates at another height."""
    if constant is None:
        return Profile(text.replace("{r}", "r"), rho, slope, bends=bends)
    s = constant.value
    inner = text.replace("{r}", f"(r/{constant.text})")
    return Profile(
        f"{constant.text}*({inner})",
        lambda mp, r: s(mp) * rho(mp, r / s(mp)),
        lambda mp, r: slope(mp, r / s(mp)),
        float(s(_FLOATS)),
        bends,
    )


class _Floats:
    """What a constant needs of a context, in doubles."""

    mpf = float

    @staticmethod
    def sqrt(x: float) -> float:
        return float(x**0.5)


_FLOATS = _Floats()


def _named(random: Random) -> Profile:
    return random.choice(
        (
            Profile("algebraic", lambda mp, r: r / mp.sqrt(1 + r * r), _root_slope(2, lambda mp: mp.one)),
            Profile("tanh", lambda mp, r: mp.tanh(r), lambda mp, r: mp.sech(r) ** 2),
            Profile(
                "arctan",
                lambda mp, r: 2 / mp.pi * mp.atan(mp.pi * r / 2),
                lambda mp, r: 1 / (1 + (mp.pi * r / 2) ** 2),
            ),
            Profile(
                "erf",
                lambda mp, r: mp.erf(mp.sqrt(mp.pi) * r / 2),
                lambda mp, r: mp.exp(-mp.pi * r * r / 4),
            ),
            Profile("quartic", lambda mp, r: r / mp.root(1 + r**4, 4), _root_slope(4, lambda mp: mp.one)),
        )
    )


def _root_slope(p: int, a: Callable[[Any], Real]) -> Function:
    """Of r/(1 + r^p/a)^(1/p)."""
    return lambda mp, r: 1 / ((1 + r**p / a(mp)) * mp.root(1 + r**p / a(mp), p))


def _root(random: Random) -> Profile:
    p, a = random.choice((2, 2, 4, 6)), drawn_constant(random, 1e-2, 1e5)
    return Profile(
        f"r/(1 + r**{p}/{a.text})**(1/{p})",
        lambda mp, r: r / mp.root(1 + r**p / a.value(mp), p),
        _root_slope(p, a.value),
        float(a.value(_FLOATS)) ** (1 / p),
    )


def _sum_of_powers(random: Random) -> Profile:
    a, b = drawn_constant(random, 1, 100), drawn_constant(random, 1, 1000)

    def inside(mp: Any, r: Real) -> Real:
        return 1 + r**2 / a.value(mp) + r**4 / b.value(mp)

    return Profile(
        f"r/(1 + r**2/{a.text} + r**4/{b.text})**(1/4)",
        lambda mp, r: r / mp.root(inside(mp, r), 4),
        lambda mp, r: (1 + r**2 / (2 * a.value(mp))) / (inside(mp, r) * mp.root(inside(mp, r), 4)),
    )


def _scaled(random: Random) -> Profile:
    s = drawn_constant(random, 0.02, 1000)
    text, rho, slope = random.choice(
        (
            ("tanh({r})", lambda mp, r: mp.tanh(r), lambda mp, r: mp.sech(r) ** 2),
            ("atan({r})", lambda mp, r: mp.atan(r), lambda mp, r: 1 / (1 + r * r)),
            (
                "sqrt(pi)/2*erf({r})",
                lambda mp, r: mp.sqrt(mp.pi) / 2 * mp.erf(r),
                lambda mp, r: mp.exp(-r * r),
            ),
            ("2*atan(tanh({r}/2))", lambda mp, r: 2 * mp.atan(mp.tanh(r / 2)), lambda mp, r: mp.sech(r)),
            (
                "sqrt(1 - exp(-{r}**2))",
                lambda mp, r: mp.sqrt(-mp.expm1(-r * r)),
                lambda mp, r: r * mp.exp(-r * r) / mp.sqrt(-mp.expm1(-r * r)),
            ),
        )
    )
    return scaled(text, rho, slope, s)


def _langevin(random: Random) -> Profile:
    text = random.choice(("3*(coth({r}) - 1/{r})", "3*(1/tanh({r}) - 1/{r})"))
    s = drawn_constant(random, 0.02, 100) if random.random() < 0.5 else None
    return scaled(
        text, lambda mp, r: 3 * (mp.coth(r) - 1 / r), lambda mp, r: 3 * (1 / r**2 - mp.csch(r) ** 2), s
    )


def _difference_of_logarithms(random: Random) -> Profile:
    b = random.choice((Fraction(1, 2), Fraction(1), Fraction(2)))
    shift = fraction(b)

    def logarithm(mp: Any, x: Real) -> Real:
        return abs(x) + mp.log1p(mp.exp(-2 * abs(x)))  # log cosh x + log 2

    def rho(mp: Any, r: Real) -> Real:
        s = shift.value(mp)
        return (logarithm(mp, r + s) - logarithm(mp, r - s)) / (2 * mp.tanh(s))

    def slope(mp: Any, r: Real) -> Real:
        s = shift.value(mp)
        return mp.sinh(2 * s) / (mp.cosh(r + s) * mp.cosh(r - s)) / (2 * mp.tanh(s))

    return Profile(
        f"(log(cosh(r + {shift.text})) - log(cosh(r - {shift.text})))/(2*tanh({shift.text}))", rho, slope
    )


def _sixth_order(_: Random) -> Profile:
    return Profile(
        "tanh(r**3)**(1/3)",
        lambda mp, r: mp.root(mp.tanh(r**3), 3),
        lambda mp, r: (r / mp.root(mp.tanh(r**3), 3)) ** 2 * mp.sech(r**3) ** 2,
    )


def _mixture(random: Random) -> Profile:
    """A weight may be negative: of tanh, whose slope dies out first."""
    w, s = (
        fraction(random.choice((1, 1, -1)) * Fraction(random.randint(1, 8), 20)),
        drawn_constant(random, 0.3, 10),
    )

    def parts(mp: Any, r: Real) -> tuple[Real, Real]:
        share = w.value(mp)
        return (
            share * mp.tanh(r) + (1 - share) * s.value(mp) * mp.atan(r / s.value(mp)),
            share * mp.sech(r) ** 2 + (1 - share) / (1 + (r / s.value(mp)) ** 2),
        )

    return Profile(
        f"{w.text}*tanh(r) + (1 - {w.text})*{s.text}*atan(r/{s.text})",
        lambda mp, r: parts(mp, r)[0],
        lambda mp, r: parts(mp, r)[1],
        min(1.0, float(s.value(_FLOATS))),
        bends=True,
    )


def _bistable(random: Random) -> Profile:
    s = drawn_constant(random, 0.05, 50) if random.random() < 0.3 else None
    a, b, n = random.choice((3, 5, 6)), random.choice((1, 2)), random.choice((18, 20, 50, 72, 300, 1000))
    return bistable(a, b, n, s)


def bistable(a: int, b: int, n: int, s: Constant | None = None) -> Profile:
    """r sqrt((1 + b r^4)/(1 + a r^2 + r^4 + r^6/n)); that of examples/hysteresis.toml is of 6, 2 and 20."""

    def rho(mp: Any, r: Real) -> Real:
        return r * mp.sqrt((1 + b * r**4) / (1 + a * r**2 + r**4 + r**6 / n))

    def slope(mp: Any, r: Real) -> Real:
        above, below = 1 + b * r**4, 1 + a * r**2 + r**4 + r**6 / n
        inner = 4 * b * r**3 / above - (2 * a * r + 4 * r**3 + 6 * r**5 / n) / below
        return rho(mp, r) * (1 / r + inner / 2)

    text = f"{{r}}*sqrt((1 + {b}*{{r}}**4)/(1 + {a}*{{r}}**2 + {{r}}**4 + {{r}}**6/{n}))"
    return scaled(text, rho, slope, s, bends=True)


PROFILES: tuple[Callable[[Random], Profile], ...] = (
    *(_named, _named, _root, _root, _sum_of_powers, _scaled, _scaled),
    *(_langevin, _difference_of_logarithms, _sixth_order, _mixture, _bistable, _bistable),
)


# kernels


def _sum_of_waves(*waves: tuple[str, Constant, Callable[[Any, Vector], Real]]) -> tuple[Term, ...]:
    def term(constant: Constant, wave: Callable[[Any, Vector], Real]) -> Term:
        return lambda mp, k: constant.value(mp) * wave(mp, k)

    return tuple(term(constant, wave) for _, constant, wave in waves)


def _coupling(random: Random) -> Constant:
    """Bands from a thousandth of a turn to several turns wide."""
    size = random.choice((drawn_constant(random, 0.05, 0.6), drawn_constant(random, 1e-3, 3)))
    if random.random() < 0.25:
        return Constant(f"(-{size.text})", lambda mp: -size.value(mp))
    return size


def _named_band(random: Random) -> Band:
    c, dimension = _coupling(random), random.choice((1, 1, 1, 1, 2, 3))
    if random.random() < 0.5:
        return Band(
            "advection",
            (("c", c.text),),
            (lambda mp, k: c.value(mp) * mp.sin(k[0]),),
            dimension,
        )
    return Band(
        "laplacian",
        (("c", c.text),),
        (lambda mp, k: 4 * c.value(mp) * sum(mp.sin(x / 2) ** 2 for x in k),),
        dimension,
    )


def _own_band(text: str, *waves: tuple[str, Constant, Callable[[Any, Vector], Real]]) -> Band:
    return Band(text, tuple((name, constant.text) for name, constant, _ in waves), _sum_of_waves(*waves))


def _mixed_band(random: Random) -> Band:
    return _own_band(
        "2*c*(1 - cos(k)) + v*sin(k) + w*sin(2*k)",
        ("c", _coupling(random), lambda mp, k: 4 * mp.sin(k[0] / 2) ** 2),
        ("v", _coupling(random), lambda mp, k: mp.sin(k[0])),
        ("w", _coupling(random), lambda mp, k: mp.sin(2 * k[0])),
    )


def _long_range_band(random: Random) -> Band:
    reach, power = random.choice((3, 4, 6)), random.choice((2, 3))

    def wave(mp: Any, k: Vector) -> Real:
        return sum(4 * mp.sin(n * k[0] / 2) ** 2 / mp.mpf(n) ** power for n in range(1, reach + 1))

    inner = " + ".join(f"(1 - cos({n}*k))/{n**power}" for n in range(1, reach + 1))
    return _own_band(f"2*c*({inner})", ("c", _coupling(random), wave))


def _flat_band(random: Random) -> Band:
    """omega = a (1 - cos k)^2, of two constants."""
    a = fraction(Fraction(random.choice((1, 2, 3, 7)), random.choice((5, 10, 12))))
    b = fraction(-Fraction(a.text.strip("()")) / 4)
    return _own_band(
        "2*t1*(1 - cos(k)) + 2*t2*(1 - cos(2*k))",
        ("t1", a, lambda mp, k: 4 * mp.sin(k[0] / 2) ** 2),
        ("t2", b, lambda mp, k: 4 * mp.sin(k[0]) ** 2),
    )


def _infinite_band(random: Random) -> Band:
    c = _coupling(random)
    text, wave = random.choice(
        (
            ("c*(1 - cos(k))/(2 + cos(k))", lambda mp, k: 2 * mp.sin(k[0] / 2) ** 2 / (2 + mp.cos(k[0]))),
            ("c*sin(k)/(2 + cos(k))", lambda mp, k: mp.sin(k[0]) / (2 + mp.cos(k[0]))),
            (
                "c*(1 - cos(k) + sin(k)/2)/(2 + cos(k))",
                lambda mp, k: (2 * mp.sin(k[0] / 2) ** 2 + mp.sin(k[0]) / 2) / (2 + mp.cos(k[0])),
            ),
        )
    )
    return _own_band(text, ("c", c, wave))


def _walk(random: Random) -> Band:
    t = fraction(Fraction(random.randint(2, 12), 10))
    return Band(
        "acos(cos(t)*cos(k))",
        (("t", t.text),),
        (lambda mp, k: mp.acos(mp.cos(t.value(mp)) * mp.cos(k[0])),),
    )


def _turning_band(random: Random) -> Band:
    return _own_band(
        "w0 + 2*c*(1 - cos(k))",
        ("w0", _coupling(random), lambda mp, k: mp.one),
        ("c", _coupling(random), lambda mp, k: 4 * mp.sin(k[0] / 2) ** 2),
    )


def _plane_band(random: Random) -> Band:
    a, b, v = (_coupling(random) for _ in range(3))
    waves = (
        ("a", a, lambda mp, k: 4 * mp.sin(k[0] / 2) ** 2),
        ("b", b, lambda mp, k: 4 * mp.sin(k[1] / 2) ** 2),
        ("v", v, lambda mp, k: mp.sin(k[0] + k[1])),
    )
    kept = waves[: random.choice((2, 3))]
    text = "2*a*(1 - cos(k1)) + 2*b*(1 - cos(k2))" + (" + v*sin(k1 + k2)" if len(kept) == 3 else "")
    return Band(text, tuple((name, one.text) for name, one, _ in kept), _sum_of_waves(*kept), 2)


BANDS: tuple[Callable[[Random], Band], ...] = (
    *(_named_band, _named_band, _named_band, _mixed_band, _mixed_band, _long_range_band),
    *(_flat_band, _infinite_band, _infinite_band, _walk, _turning_band, _plane_band),
)
