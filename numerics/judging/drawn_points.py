"""Points drawn at random: weak and strong inputs, resonances, folds, exceptional points, band edges, saturation."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

from numerics.judging.drawn_networks import Constant
from numerics.judging.judge import Judge
from numerics.judging.judged_laws import backgrounds

Domain = tuple[float, float]
"""Infimum and supremum."""


def _written(share: str, unit: str = "1") -> Constant:
    """A fraction of 1, pi or a root, as a person writes it."""
    exact = Fraction(share)
    units = {"1": lambda mp: mp.one, "pi": lambda mp: mp.pi, "sqrt(2)": lambda mp: mp.sqrt(2)}
    return Constant(f"{share}*{unit}", lambda mp: units[unit](mp) * exact.numerator / exact.denominator)


ANGLES = (
    *map(_written, ("1/7", "1/2", "1", "2", "3")),
    *(_written(share, "pi") for share in ("1/3", "1/2", "2/7", "1")),
)
INPUTS = (
    *map(_written, ("1/1000", "1/100", "1/5", "1", "3", "1/1000000000000")),
    _written("1/7", "sqrt(2)"),
)
"""Values as a person writes them."""


def double(x: float) -> Constant:
    """Exactly that double."""
    exact = Fraction(x)
    return Constant(
        f"({exact.numerator}/{exact.denominator})", lambda mp: mp.mpf(exact.numerator) / exact.denominator
    )


def drawn_point(
    random: Random, judge: Judge, law: str, domains: Mapping[str, Domain], *, is_exact: bool
) -> dict[str, Constant]:
    """Values of a law's parameters by name, doubles or, one time in six, as written.

    is_exact: else inputs are weak and the other parameters ordinary, as a law with a remainder needs.
    """
    if is_exact and random.random() < 1 / 6:
        return {name: random.choice(_as_written(name)) for name in domains}
    ordinary = not is_exact
    found = {name: _drawn(random, judge, name, domain, ordinary) for name, domain in domains.items()}
    if is_exact and random.random() < 0.3:
        found |= _next_to_something(random, judge, law, found)
    return {name: double(x) for name, x in found.items()}


def on_a_ring(random: Random, point: Mapping[str, Constant]) -> dict[str, Constant]:
    """The point with wavenumbers that a ring of sixteen sites has."""
    return {
        name: _written(f"{random.randint(-7, 8)}/8", "pi") if name[0] in "kq" else value
        for name, value in point.items()
    }


def _as_written(name: str) -> tuple[Constant, ...]:
    if name == "n":
        return tuple(map(_written, ("1", "2", "100")))
    if name in ("F", "I0", "F1", "F2", "R0", "r", "R"):
        return INPUTS
    return (*ANGLES, _written("0")) if name[0] in "qk" or name == "delta" else ANGLES


def _drawn(random: Random, judge: Judge, name: str, domain: Domain, ordinary: bool) -> float:
    scale = judge.mechanism.scale
    decade = random.uniform
    match name.rstrip("0123456789"):
        case "F" | "I" | "R" | "r" if name != "R":
            if ordinary:
                return float(scale * 10 ** decade(-12, -3)) if name != "R0" else scale * decade(0.5, 3)
            if random.random() < 0.06:
                return 10 ** random.choice((decade(-120, -30), decade(6, 120)))
            size = 10 ** random.choice((decade(-30, -6), decade(-6, 0), decade(0, 6)))
            return size * random.choice((1.0, scale))
        case "R":
            top = domain[1]
            return top * random.choice((decade(0, 1), 10 ** decade(-20, -1), 1 - 10 ** decade(-15, -1)))
        case "n":
            return float(random.randint(100, 200) if ordinary else random.randint(0, 300))
        case "x":
            return float(10 ** decade(2, 4))
        case "Omega" if domain[1] < 100:
            return domain[1] * (
                decade(0.1, 0.9) if ordinary else random.choice((decade(0, 1), 1 - 10 ** decade(-9, -1)))
            )
        case _:
            sign = random.choice((-1, 1))
            if ordinary:
                return sign * decade(0.2, 2.9) if random.random() < 0.7 or name == "delta" else 0.0
            edge = float(judge.mp.pi) * random.choice((1, 1, 0.5))
            return random.choice(
                (
                    0.0,
                    sign * decade(0, 3.1),
                    sign * decade(0, 3.1),
                    sign * 10 ** decade(-12, -1),
                    sign * edge * (1 - 10 ** decade(-9, -2)),
                    sign * decade(3.2, 200),
                )
            )


def _next_to_something(
    random: Random, judge: Judge, law: str, point: Mapping[str, float]
) -> dict[str, float]:
    """Coordinates moved next to a fold, an exceptional point, a quarter turn of a perturbation, or a free wave."""
    near = 1 + random.choice((-1, 1)) * 10 ** random.uniform(-10, -1)
    drive = next((name for name in ("F", "I0") if name in point), None)
    if drive is None or not judge.mp.mpf(10) ** -20 < point[drive] < 10**6:
        return {}
    if judge.mechanism.bends and random.random() < 0.6:
        still = [judge.mp.zero] * judge.mechanism.dimension
        folds = judge.turns(point.get("delta", 0.0) if drive == "F" else judge.omega(still))
        return {drive: float(random.choice(folds)) * near} if folds else {}
    at = backgrounds(judge, {name: judge.mp.mpf(x) for name, x in point.items()})[0]
    q = tuple(judge.mp.mpf(point.get(name, 0.0)) for name in _names(judge, "q"))
    if "Omega" in point:
        return {"Omega": float(at.turns(q)[0]) * near}
    if "delta" in point and "q" in point:
        wanted = random.choice(
            (
                judge.mp.asin(abs(at.state.across - at.state.along) / (at.state.across + at.state.along)),
                judge.mp.pi / 2,
            )
        )
        return {"delta": float(point["delta"] + at.turns(q)[0] / 2 + at.turns(q)[1] / 2 - wanted * near)}
    return {}


def _names(judge: Judge, name: str) -> list[str]:
    count = judge.mechanism.dimension
    return [name] if count == 1 else [f"{name}{axis + 1}" for axis in range(count)]
