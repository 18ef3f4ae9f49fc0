"""What the map says that laws must say, law by law; of laws with a remainder what they approach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise
from typing import Any

from numerics.judging.harmonics import combination_tones, cosine_harmonics
from numerics.judging.judge import Judge, Real, State
from numerics.judging.leaks import leaking_power

Point = Mapping[str, Real]


class Order(Enum):
    """How values are compared."""

    IN_TURN = auto()
    """One by one."""

    AS_A_SET = auto()
    """In whatever order."""

    MODULO_A_TURN = auto()
    """As angles."""


@dataclass(frozen=True, slots=True)
class Background:
    """A steady state with what carries it: the wavevector k, the frequency omega of its frame, and its state."""

    judge: Judge
    k: tuple[Real, ...]
    frequency: Real
    state: State

    def turns(self, q: tuple[Real, ...]) -> tuple[Real, Real]:
        """omega(k + q) - omega and omega(k - q) - omega."""
        even, odd = self.judge.even_and_odd(self.k, q)
        return even + odd - self.frequency, even - odd - self.frequency

    def eigenvalues(self, q: tuple[Real, ...]) -> list[Real]:
        return self.judge.eigenvalues(self.state, *self.turns(q))

    def rates(self, q: tuple[Real, ...]) -> list[Real]:
        return [-self.judge.mp.log(abs(value)) for value in self.eigenvalues(q)]


def vector(judge: Judge, point: Point, name: str) -> tuple[Real, ...]:
    """The components of k or q, those that are not given 0."""
    count = judge.mechanism.dimension
    names = [name] if count == 1 else [f"{name}{axis + 1}" for axis in range(count)]
    return tuple(point.get(one, judge.mp.zero) for one in names)


def backgrounds(judge: Judge, point: Point) -> list[Background]:
    """Of every steady state at the point: a uniform one under I0, else one under F, delta and k."""
    still = (judge.mp.zero,) * judge.mechanism.dimension
    if "I0" in point:
        found = judge.states(point["I0"], judge.omega(still))
        return [Background(judge, still, judge.mp.zero, state) for state in found]
    detuning = point.get("delta", judge.mp.zero)
    k = vector(judge, point, "k")
    frequency = judge.omega(k) + detuning
    return [Background(judge, k, frequency, state) for state in judge.states(point["F"], detuning)]


def on_each(
    value: Callable[[Background, Point], list[Real]],
) -> Callable[[Judge, Point], list[list[Real]]]:
    """The values on each steady state, by increasing amplitude."""
    return lambda judge, point: [value(background, point) for background in backgrounds(judge, point)]


def once(value: Callable[[Judge, Point], list[Real]]) -> Callable[[Judge, Point], list[list[Real]]]:
    return lambda judge, point: [value(judge, point)]


def _phase(at: Background, point: Point) -> list[Real]:
    """P e^(i(omega + theta)) = R e^(i(omega(k) + theta)) + F."""
    mp = at.judge.mp
    carrier = at.frequency - point.get("delta", mp.zero)
    return [-mp.arg(at.state.P * mp.expj(at.frequency) - at.state.R * mp.expj(carrier))]


def _q(at: Background, point: Point) -> tuple[Real, ...]:
    return vector(at.judge, point, "q")


def _growth(at: Background, point: Point) -> list[Real]:
    angle = at.judge.smallest_sine_angle(at.k, at.frequency)
    return [max(map(abs, at.judge.eigenvalues(at.state, angle, angle)))]


def _response(at: Background, point: Point) -> list[Real]:
    return at.judge.response(at.state, *at.turns(_q(at, point)), point["Omega"])


def inverse_at(judge: Judge, R: Real) -> Real:
    """P with rho(P) = R."""
    if R == 0:
        return R
    high = R
    while judge.rho(high) < R:
        high *= 2
    return judge.zero(lambda P: judge.rho(P) - R, R / 2, high)


def _velocity(judge: Judge, point: Point) -> list[Real]:
    q = vector(judge, point, "q")
    axes = range(len(q))
    return [judge.mp.diff(lambda *k: judge.omega(k), q, tuple(int(a == axis) for a in axes)) for axis in axes]


def _exceptional(judge: Judge, point: Point) -> list[list[Real]]:
    """R at which a perturbation has one eigenvalue: |b| = a |sin omega_+(q)|."""
    q = vector(judge, point, "q")
    sine = abs(judge.mp.sin(judge.even_and_odd((judge.mp.zero,) * len(q), q)[0]))

    def excess(P: Real) -> Real:
        along, across = judge.slope(P), judge.rho(P) / P
        return abs(across - along) - (across + along) * sine

    scale = judge.mp.mpf(judge.mechanism.scale)
    knots = [scale * judge.mp.mpf(10) ** (judge.mp.mpf(n) / 10) for n in range(-200, 80)]
    signs = [excess(P) < 0 for P in knots]
    places = [n for n in range(1, len(knots)) if signs[n] != signs[n - 1]]
    found = [judge.zero(excess, knots[n - 1], knots[n]) for n in places]
    return [[judge.rho(P * judge._nudge(1))] for P in found]


def _relaxed(judge: Judge, point: Point) -> list[Real]:
    R = point["R0"]
    for _ in range(int(point["n"])):
        R = judge.rho(R)
    return [R]


def _half_width(judge: Judge, point: Point) -> list[Real]:
    """The detuning at which R^2 is half of that on resonance: F^2 = P^2 + R^2 - 2 P R cos(delta)."""
    mp, F = judge.mp, point["F"]
    (top,) = judge.states(F, mp.zero)
    R = top.R / mp.sqrt(2)
    P = inverse_at(judge, R)
    return [2 * mp.asin(mp.sqrt((F**2 - (P - R) ** 2) / (4 * P * R)))]


def _length(at: Background, point: Point) -> list[Real]:
    """1 / Im q of the least damped wave that answers a probe, from the undamped wave on."""
    judge, mp = at.judge, at.judge.mp
    probe = point.get("Omega", mp.zero)
    mismatch = judge.mismatch(at.state, at.k, at.frequency, probe)
    return [1 / least_damped(judge, mismatch, probe)]


def least_damped(judge: Judge, mismatch: Callable[[Real], Real], probe: Real) -> Real:
    """The smallest Im q > 0 of the roots near the real axis, by Newton's method from where omega(q) = +-Omega."""
    mp = judge.mp
    rest = [mp.zero] * (judge.mechanism.dimension - 1)
    if probe == 0:
        still = abs(mismatch(mp.zero))
        radius = judge.zero(lambda r: abs(mismatch(r) - mismatch(mp.zero)) - still, mp.mpf(10) ** -20, mp.one)
        starts = [radius * mp.expjpi(mp.mpf(angle) / 16) for angle in range(1, 16)]
    else:
        grid = [mp.pi * n / 200 for n in range(-200, 201)]
        values = [mp.sin((judge.omega([q, *rest]) - probe) / 2) for q in grid]
        values_back = [mp.sin((judge.omega([q, *rest]) + probe) / 2) for q in grid]
        starts = []
        for signed in (values, values_back):
            for n in range(400):
                if (signed[n] < 0) != (signed[n + 1] < 0):
                    share = signed[n] / (signed[n] - signed[n + 1])
                    starts.append(grid[n] + share * (grid[n + 1] - grid[n]) + 1j * mp.mpf("1e-3"))
    rough = [newton(mp, mismatch, start, mp.mpf("1e-4")) for start in starts]
    # a rough root may lie on the other side of the real axis than the exact one
    fine = mp.mpf(10) ** (-mp.dps // 4)
    finer = [newton(mp, mismatch, q, fine) for q in rough if q is not None and q.imag > -1e-3]
    near = [q for q in finer if q is not None and q.imag > fine]
    least = [q for q in near if q.imag < 2 * min(one.imag for one in near)]
    apart = [q for n, q in enumerate(least) if all(abs(q - one) > fine for one in least[:n])]
    exact = (newton(mp, mismatch, q, mp.mpf(10) ** (-mp.dps // 2)) for q in apart)
    return min(q.imag for q in exact if q is not None)


def newton(mp: Any, function: Callable[[Real], Real], start: Real, tolerance: Real) -> Real | None:
    """The zero that Newton's method comes to, its last step below the tolerance; None where it does not end."""
    at = start
    for _ in range(60):
        apart = at * mp.mpf(10) ** (-mp.dps // 3)
        value = function(at)
        slope = (function(at + apart) - value) / apart
        if not slope:
            return None
        change = value / slope
        at -= change
        if abs(change) <= abs(at) * tolerance:
            return at
    return None


def _real_states(judge: Judge, point: Point) -> list[Background]:
    still = (judge.mp.zero,) * judge.mechanism.dimension
    return [
        Background(judge, still, judge.mp.zero, state) for state in judge.states(point["I0"], judge.mp.zero)
    ]


def _real_eigenvalue(at: Background, point: Point) -> list[Real]:
    return [at.state.along * at.judge.mp.expj(at.judge.omega(_q(at, point)))]


def _on_real(value: Callable[[Background, Point], list[Real]]) -> Callable[[Judge, Point], list[list[Real]]]:
    return lambda judge, point: [value(at, point) for at in _real_states(judge, point)]


def _real_mismatch(at: Background, probe: Real) -> Callable[[Real], Real]:
    """e^(i Omega) - lambda(q) for a real state, in logarithms."""
    rest = [at.judge.mp.zero] * (at.judge.mechanism.dimension - 1)
    mp = at.judge.mp
    return lambda q: 1 - at.state.along * mp.expj(at.judge.omega([q, *rest]) - probe)


def _real_length(at: Background, point: Point) -> list[Real]:
    return [1 / least_damped(at.judge, _real_mismatch(at, point["Omega"]), point["Omega"])]


Truth = Callable[[Judge, Point], list[list[Real]]]
"""The values on each steady state."""

RATES = on_each(lambda at, point: at.rates(_q(at, point)))
TIMES = on_each(lambda at, point: [1 / rate for rate in at.rates(_q(at, point))])
AMPLITUDE = on_each(lambda at, point: [at.state.R])
EIGENVALUES = on_each(lambda at, point: at.eigenvalues(_q(at, point)))

TRUTHS: dict[str, Truth] = {
    "activation_taylor": once(lambda judge, point: [judge.rho(point["r"])]),
    "activation_inverse": once(lambda judge, point: [inverse_at(judge, point["R"])]),
    "kernel_frequency": once(lambda judge, point: [judge.omega(vector(judge, point, "k"))]),
    "group_velocity": once(_velocity),
    "forced_amplitude": AMPLITUDE,
    "forced_phase": on_each(_phase),
    "forced_amplitude_taylor": AMPLITUDE,
    "resonant_amplitude_exact": AMPLITUDE,
    "resonant_amplitude": AMPLITUDE,
    "detuned_amplitude": AMPLITUDE,
    "resonance_bandwidth": once(_half_width),
    "background_amplitude": AMPLITUDE,
    "radial_gain": on_each(lambda at, point: [at.state.along]),
    "tangential_gain": on_each(lambda at, point: [at.state.across]),
    "bloch_matrix": on_each(lambda at, point: at.judge.matrix(at.state, *at.turns(_q(at, point)))),
    "characteristic_polynomial": EIGENVALUES,
    "dispersion_relation": EIGENVALUES,
    "decay_rate": RATES,
    "relaxation_time": TIMES,
    "exceptional_point": _exceptional,
    "decay_rate_underdamped": RATES,
    "decay_rate_overdamped": RATES,
    "relaxation_time_resonant": TIMES,
    "decay_rate_detuned": RATES,
    "relaxation_time_detuned": TIMES,
    "susceptibility": on_each(_response),
    "largest_growth": on_each(_growth),
    "propagation_length": on_each(_length),
    "evanescent_length": on_each(_length),
    "free_relaxation": once(_relaxed),
    "free_relaxation_asymptotic": once(_relaxed),
    "static_leak": once(lambda judge, point: [leaking_power(judge, point)[0]]),
    "leak_phase_slope": once(lambda judge, point: [leaking_power(judge, point)[1]]),
    "two_tone_amplitudes": once(lambda judge, point: combination_tones(judge, point)[:2]),
    "combination_tone_amplitudes": once(lambda judge, point: combination_tones(judge, point)[2:]),
    "real_background_amplitude": _on_real(lambda at, point: [at.state.R]),
    "real_dispersion_relation": _on_real(_real_eigenvalue),
    "real_decay_rate": _on_real(lambda at, point: [-at.judge.mp.log(at.state.along)]),
    "real_decay_rate_small": _on_real(lambda at, point: [-at.judge.mp.log(at.state.along)]),
    "real_propagation_length": _on_real(_real_length),
    "real_cosine_amplitude": once(lambda judge, point: cosine_harmonics(judge, point)[:1]),
    "real_cosine_expansion": once(lambda judge, point: cosine_harmonics(judge, point)[:1]),
    "real_cosine_harmonics": once(lambda judge, point: cosine_harmonics(judge, point)[1:2]),
}
"""Law -> its values, or those of which its own are the beginning."""

AS_SETS = frozenset(name for name, truth in TRUTHS.items() if truth in (RATES, TIMES, EIGENVALUES))
ANGLES = frozenset({"forced_phase"})


def order_of(law: str) -> Order:
    if law in AS_SETS:
        return Order.AS_A_SET
    return Order.MODULO_A_TURN if law in ANGLES else Order.IN_TURN


WAVES: dict[str, Callable[[Background, Point], Callable[[Real], Real]]] = {
    "complex_wavenumber": lambda at, point: at.judge.mismatch(at.state, at.k, at.frequency, point["Omega"]),
    "real_complex_wavenumber": lambda at, point: _real_mismatch(at, point["Omega"]),
}
"""Law -> on each steady state the function of q that all its values are the roots of."""


def wave_mismatches(law: str, judge: Judge, point: Point) -> list[Callable[[Real], Real]]:
    found = _real_states(judge, point) if law.startswith("real_") else backgrounds(judge, point)
    return [WAVES[law](at, point) for at in found]


def turns_around(function: Callable[[Real], Real], corners: tuple[complex, complex], mp: Any) -> int:
    """How often the value of an analytic function turns around 0 along a rectangle, which counts its zeros."""
    (left, low), (right, high) = ((end.real, end.imag) for end in corners)
    path = [complex(*end) for end in ((left, low), (right, low), (right, high), (left, high), (left, low))]
    total = 0.0
    for start, end in pairwise(path):
        total += _turned(function, start, end, mp, function(mp.mpc(start)), function(mp.mpc(end)), 0)
    return round(total / (2 * float(mp.pi)))


def _turned(
    function: Callable[[Real], Real],
    start: complex,
    end: complex,
    mp: Any,
    first: Real,
    last: Real,
    depth: int,
) -> float:
    """The angle by which the value turns from one end to the other, halved until four parts agree."""
    places = [start + (end - start) * n / 4 for n in range(5)]
    values = [first, *(function(mp.mpc(place)) for place in places[1:-1]), last]
    angles = [float(mp.arg(b / a)) for a, b in pairwise(values)]
    if depth > 40:
        raise ArithmeticError("a zero lies on the path")
    if depth >= 3 and max(map(abs, angles)) < 0.5:
        return sum(angles)
    return sum(
        _turned(function, a, b, mp, u, v, depth + 1)
        for a, b, u, v in zip(places, places[1:], values, values[1:], strict=False)
    )
