"""Chapter 7: eigenvalues and rates against matrices built by hand, exceptional points by bisection."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError, LawError, ParameterError
from analytics.expressions.notation import R, q, r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import Kernel, kernel
from analytics.network.network import Network
from derivations import dispersion
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)
both = pytest.mark.parametrize("stencil", ["laplacian", "advection"])
DIGITS, TOLERANCE = 30, mpf(10) ** -29


def network(c: str | sp.Expr, stencil: str = "laplacian") -> Network:
    return Network(activation("algebraic"), kernel(stencil, constants={"c": sp.sympify(c)}))


MIXED = Kernel("mixed", (((1,), -Q(1, 10) - sp.I * Q(3, 20)), ((0,), sp.I * Q(3, 10)), ((-1,), Q(1, 10) - sp.I * Q(3, 20))))  # fmt: skip
"""omega = 3/10 (1 - cos q) + sin(q)/5: neither even nor odd."""

POINTS = (("1/1000", "2"), ("1/3", "1/10"), ("4", "-3"))
"""(I0, q): underdamped, overdamped, nearly saturated."""


# -- eigenvalues --


def test_gains_are_written_by_name_whatever_the_profile() -> None:
    """psi without a closed form stands in the definitions of g_r and g_t alone, not in the eigenvalues."""
    entry = Activation("own", r / (1 + r**2 + r**4) ** Q(1, 4))
    law = dispersion.dispersion_relation(Network(entry, kernel("laplacian")))
    eigenvalues, definitions = law.latex().split(r"\text{with }")
    assert "psi" not in eigenvalues
    assert definitions.count("g_r &=") == definitions.count("g_t &=") == 1


@both
@five
def test_branches_are_the_eigenvalues(name: str, stencil: str, theory_of: Derived, model_of: Models) -> None:
    """Each branch is an eigenvalue, both together have the trace and determinant of M(q)."""
    model, law = model_of(name, stencil), theory_of(name, stencil)["dispersion_relation"]
    for background, wavenumber in POINTS:
        slow, fast = law.branches({"I0": background, "q": wavenumber}, DIGITS)
        with mpmath.workdps(45):
            m = model.matrix(model.drive(mpmath.mpmathify(background)), [mpmath.mpmathify(wavenumber)])
            assert abs(slow + fast - m[0, 0] - m[1, 1]) < TOLERANCE
            assert abs(slow * fast - mpmath.det(m)) < TOLERANCE
            assert abs(slow) > abs(fast) - TOLERANCE
            expected = model.eigenvalues(m)
            assert min(abs(slow - value) for value in expected) < TOLERANCE


@both
def test_branches_on_an_oscillation(stencil: str, theory_of: Derived, model_of: Models) -> None:
    """Frequencies relative to the carrier, omega(k + q) - omega."""
    model, law = model_of("tanh", stencil), theory_of("tanh", stencil)["dispersion_relation"]
    for forcing, detuning, carrier, wavenumber in (("1/5", "1/10", "1", "1/2"), ("2", "-3/2", "-2", "3")):
        point = {"F": forcing, "delta": detuning, "k": carrier, "q": wavenumber}
        found = law.branches(point, DIGITS)
        with mpmath.workdps(45):
            F, d, k, at = map(mpmath.mpmathify, (forcing, detuning, carrier, wavenumber))
            m = model.matrix(model.forced(F, d), [at], [k], model.omega([k]) + d)
            for value in found:
                assert abs(mpmath.det(m - value * mpmath.eye(2))) < TOLERANCE
            assert abs(found[0] * found[1] - mpmath.det(m)) < TOLERANCE


def test_a_mixed_kernel(model_of: Models) -> None:
    """omega_+ and omega_- both depend on q; the eigenvalues of M built from omega(q) and omega(-q)."""
    law = derive(Network(activation("algebraic"), MIXED))["dispersion_relation"]
    model = model_of("algebraic")

    def frequency(at: Any) -> Any:
        return mpf(3) / 10 * (1 - mpmath.cos(at)) + mpmath.sin(at) / 5

    for background, wavenumber in POINTS:
        found = law.branches({"I0": background, "q": wavenumber}, DIGITS)
        with mpmath.workdps(45):
            along, across = model.gains(model.drive(mpmath.mpmathify(background)))
            at = mpmath.mpmathify(wavenumber)
            u, v = mpmath.expj(frequency(at)), mpmath.expj(-frequency(-at))
            m = mpmath.matrix([[(along + across) * u, (along - across) * v], [(along - across) * u, (along + across) * v]]) / 2  # fmt: skip
            assert all(abs(mpmath.det(m - value * mpmath.eye(2))) < TOLERANCE for value in found)
            assert abs(found[0] + found[1] - m[0, 0] - m[1, 1]) < TOLERANCE


def test_off_the_axes_of_the_plane(theory_of: Derived, model_of: Models) -> None:
    theory, model = theory_of("algebraic", "laplacian", 2), model_of("algebraic")
    point = {"I0": "1/50", "q1": "1/2", "q2": "-2"}
    with mpmath.workdps(45):
        pre, wavevector = model.drive(mpf(1) / 50), [mpf(1) / 2, mpf(-2)]
        m = model.matrix(pre, wavevector)
        for value in theory["dispersion_relation"].branches(point, DIGITS):
            assert abs(mpmath.det(m - value * mpmath.eye(2))) < TOLERANCE
        rates = theory["decay_rate"].branches(point, DIGITS)
        assert all(abs(a - b) < TOLERANCE for a, b in zip(rates, model.rates(pre, wavevector), strict=True))


@pytest.mark.parametrize(("c", "turns"), [("pi/8", "1/4"), ("pi/4", "1/2")])
def test_a_kernel_that_turns_by_a_quarter_or_half(c: str, turns: str) -> None:
    """At q = pi omega_+ = 4c: the trace vanishes at a quarter turn; at a half both eigenvalues are negative reals."""
    law = derive(network(c))["dispersion_relation"]
    rates = derive(network(c))["decay_rate"].branches({"I0": "1/10", "q": "pi"}, DIGITS)
    first, second = law.branches({"I0": "1/10", "q": "pi"}, DIGITS)
    polynomial = derive(network(c))["characteristic_polynomial"].branches({"I0": "1/10", "q": "pi"}, DIGITS)
    assert max(abs(first - polynomial[0]), abs(second - polynomial[1])) < TOLERANCE
    with mpmath.workdps(40):
        if turns == "1/4":
            assert abs(first + second) < TOLERANCE
            assert first.imag > 0
        else:
            assert abs(mpmath.im(first)) < TOLERANCE
            assert mpmath.re(first) < mpmath.re(second) < 0
        assert all(
            abs(a + mpmath.log(abs(b))) < TOLERANCE for a, b in zip(rates, (first, second), strict=True)
        )


# -- rates --


@both
@five
def test_rates_are_minus_ln_of_the_moduli(
    name: str, stencil: str, theory_of: Derived, model_of: Models
) -> None:
    """In both regimes, slower first; relaxation times are their reciprocals. A relative 1e-29."""
    model, theory = model_of(name, stencil), theory_of(name, stencil)
    for background, wavenumber in POINTS:
        point = {"I0": background, "q": wavenumber}
        rates, times = (theory[law].branches(point, DIGITS) for law in ("decay_rate", "relaxation_time"))
        with mpmath.workdps(60):
            expected = model.rates(model.drive(mpmath.mpmathify(background)), [mpmath.mpmathify(wavenumber)])
            for rate, time, truth in zip(rates, times, expected, strict=True):
                assert abs(rate / truth - 1) < TOLERANCE
                assert abs(time * truth - 1) < TOLERANCE
        assert rates[0] <= rates[1]


def test_rates_of_the_algebraic_profile(theory_of: Derived) -> None:
    """-ln(1 - R^2) for both where the eigenvalues turn; odd kernel: -ln(1 - R^2)/2 and three times that."""
    point = {"I0": "1/1000", "q": "2"}
    amplitude = theory_of("algebraic")["background_amplitude"].evaluate({"I0": "1/1000"}, 40)
    with mpmath.workdps(40):
        whole = -mpmath.log1p(-(amplitude**2))
        turning = theory_of("algebraic")["decay_rate"].branches(point, DIGITS)
        straight = theory_of("algebraic", "advection")["decay_rate"].branches(point, DIGITS)
        assert all(abs(value - whole) < TOLERANCE for value in turning)
        assert abs(straight[0] - whole / 2) < TOLERANCE
        assert abs(straight[1] - 3 * whole / 2) < TOLERANCE


REFERENCE = "0.01587392718757356059819495435944844465163"
"""Both decay rates, algebraic, I0 = 1/1000, omega_+ = 1/10: from the model's definition, 40 digits."""


@pytest.mark.parametrize(("c", "at"), [("1/40", "pi"), ("1/20", "pi/2"), ("-1/40", "pi"), ("1/20", "-pi/2")])
def test_reference_rate(c: str, at: str) -> None:
    """omega_+ = 2c (1 - cos q) = +-1/10 in four ways."""
    for rate in derive(network(c))["decay_rate"].branches({"I0": "1/1000", "q": at}, 40):
        assert mpmath.nstr(rate, 40, strip_zeros=False) == REFERENCE


# -- where the regimes meet --


def meeting_amplitude(model: Any, wavenumber: Any) -> Any:
    """R at which the discriminant trace^2 - 4 det of M(q) vanishes, turned to be real: 200 bisections in P."""

    def discriminant(pre: Any) -> Any:
        m = model.matrix(pre, [wavenumber])
        trace, product = m[0, 0] + m[1, 1], mpmath.det(m)
        return mpmath.re(trace**2 / product) - 4

    low, high = mpf(10) ** -4, mpf(8)
    assert discriminant(low) < 0 < discriminant(high)
    for _ in range(120):
        middle = (low + high) / 2
        low, high = (middle, high) if discriminant(middle) < 0 else (low, middle)
    return model.rho(low)


@five
def test_exceptional_point_by_bisection(name: str, theory_of: Derived, model_of: Models) -> None:
    law = theory_of(name)["exceptional_point"]
    for wavenumber in ("1/5", "2"):
        found = law.evaluate({"q": wavenumber}, DIGITS)
        with mpmath.workdps(45):
            assert abs(found - meeting_amplitude(model_of(name), mpmath.mpmathify(wavenumber))) < TOLERANCE


@pytest.mark.parametrize("seed", range(3))
def test_exceptional_point_where_psi_has_no_closed_form(seed: int, model_of: Models) -> None:
    """Of r/(1 + a r^2 + b r^(2n))^(1/(2n)), a rational equation in psi(R): its sign counts, not its square alone."""
    draw = Random(seed)
    a, b, degree = draw.randint(1, 20), draw.randint(1, 20), 2 * draw.randint(2, 3)
    own = Activation("own", r / (1 + Q(a, 10) * r**2 + Q(b, 10) * r**degree) ** Q(1, degree))
    assert not own.has_closed_inverse and own.contracts
    law = derive(Network(own, kernel("laplacian", constants={"c": Q(3, 10)}))).law("exceptional_point")

    class Drawn(type(model_of("algebraic"))):  # type: ignore[misc]
        def rho(self, x: Any) -> Any:
            return x / mpmath.root(1 + a * x**2 / mpf(10) + b * x**degree / mpf(10), degree)

        def phi(self, z: Any) -> Any:
            return self.rho(abs(z)) * z / abs(z)

    wavenumber = Q(draw.randint(5, 60), 100)
    found = law.evaluate({"q": wavenumber}, 20)
    with mpmath.workdps(40):
        assert abs(found - meeting_amplitude(Drawn("drawn"), mpmath.mpmathify(wavenumber))) < mpf(10) ** -19


def test_a_point_without_one_is_told_as_a_person_writes() -> None:
    own = Activation("own", r / (1 + r**2 + r**4) ** Q(1, 4))
    law = derive(Network(own, kernel("laplacian", constants={"c": sp.pi / 4}))).law("exceptional_point")
    with pytest.raises(LawError) as caught:
        law.evaluate({"q": "pi/2"})
    assert "psi(R)**2" in str(caught.value) and "must have a root R in [0, 1)" in str(caught.value)
    assert not re.search("Lambda|Interval|Eq[(]", str(caught.value))


def test_exceptional_point_of_the_algebraic_profile(theory_of: Derived) -> None:
    """R^2 / (2 - R^2) = |sin omega_+|: R = sqrt(2s/(1+s))."""
    law = theory_of("algebraic")["exceptional_point"]
    assert sp.simplify(law.equation.lhs - R**2 / (2 - R**2)) == 0
    with mpmath.workdps(45):
        s = mpmath.sin(mpf(6) / 10 * (1 - mpmath.cos(mpf(2))))
        assert abs(law.evaluate({"q": 2}, 40) - mpmath.sqrt(2 * s / (1 + s))) < mpf(10) ** -39


@five
def test_exceptional_point_of_long_waves(name: str, theory_of: Derived, model_of: Models) -> None:
    """|sin omega_+| = (p/2) c R^p + ...: at omega_+ = 3e-13 the next term is a relative 1e-6 at most."""
    model, law = model_of(name), theory_of(name)["exceptional_point"]
    found = law.evaluate({"q": "1e-6"}, DIGITS)
    with mpmath.workdps(40):
        turn = model.omega([mpf(10) ** -6])
        leading = mpmath.root(2 * turn / (model.order * model.coefficient), model.order)
        assert abs(found / leading - 1) < mpf(10) ** -5


@five
def test_rates_part_at_the_exceptional_point(name: str, theory_of: Derived) -> None:
    """Equal on weaker backgrounds; on stronger ones they part as the root of the distance."""
    theory = theory_of(name)
    amplitude = theory["exceptional_point"].evaluate({"q": "1/2"}, 60)
    psi = theory.network.activation.psi(R)
    with mpmath.workdps(60):
        pre = theory["activation_inverse"].evaluate({"R": amplitude}, 50)
        meeting = pre - amplitude
        assert psi.has(R)
        gaps = []
        for shift in (-(mpf(10) ** -8), mpf(10) ** -10, mpf(10) ** -8):
            slow, fast = theory["decay_rate"].branches({"I0": meeting * (1 + shift), "q": "1/2"}, 30)
            gaps.append(fast - slow)
        assert gaps[0] == 0
        assert float(mpmath.log10(gaps[2] / gaps[1])) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("c", ["pi/8", "pi/4"])
def test_no_exceptional_point_at_a_quarter_turn_or_without_one(c: str) -> None:
    """|sin omega_+| = 1 is never reached, R -> 1; sin omega_+ = 0 holds at all amplitudes."""
    law = derive(network(c))["exceptional_point"]
    with pytest.raises((ParameterError, LawError)):
        law.evaluate({"q": "pi"}, 20)
    with pytest.raises(ParameterError, match="must hold"):
        law.evaluate({"q": 0}, 20)


def test_kernels_without_exceptional_points(theory_of: Derived) -> None:
    assert "exceptional_point" not in theory_of("algebraic", "advection")
    assert "exceptional_point" in derive(Network(activation("algebraic"), MIXED))


# -- velocity --


@pytest.mark.parametrize("shape", ["laplacian", "advection", "mixed", "plane"])
def test_group_velocity_is_the_slope_of_the_frequency(shape: str) -> None:
    """omega from the stencil's own sum, differentiated numerically along each axis."""
    dimension = 2 if shape == "plane" else 1
    entry = (
        MIXED if shape == "mixed" else kernel("laplacian" if shape == "plane" else shape, dimension=dimension)
    )
    law = derive(Network(activation("algebraic"), entry))["group_velocity"]
    at = [mpf("0.7"), mpf("-1.9")][:dimension]
    found = law.branches(dict(zip(law.symbols, at, strict=True)), DIGITS)
    taps = [(offset, sp.lambdify([], part.xreplace(dict(entry.constants)), "mpmath")) for offset, part in entry.stencil]  # fmt: skip
    with mpmath.workdps(45):

        def frequency(*wavevector: Any) -> Any:
            phases = [mpmath.fdot(wavevector, offset) for offset, _ in taps]
            return mpmath.im(
                mpmath.fsum(tap() * mpmath.expj(-p) for p, (_, tap) in zip(phases, taps, strict=True))
            )

        for axis, value in enumerate(found):
            order = tuple(int(axis == other) for other in range(dimension))
            expected = mpmath.diff(frequency, tuple(at), order)
            assert abs(value - expected) < TOLERANCE
    assert len(found) == dimension


# -- the checks of the steps bite --


@pytest.mark.parametrize("wrong", [1, -1, Q(1, 10**6)], ids=str)
def test_wrong_eigenvalues_stop_the_chapter(
    wrong: sp.Expr, theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = dispersion.branches

    def changed(*given: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        slow, fast = right(*given)
        return slow + wrong * given[0] / 100, fast

    monkeypatch.setattr(dispersion, "branches", changed)
    with pytest.raises(DerivationError):
        dispersion.dispersion_relation(theory_of("algebraic").network)


def test_every_step_has_run(theory_of: Derived) -> None:
    theory = theory_of("algebraic")
    for name in (
        "dispersion_relation",
        "decay_rate",
        "relaxation_time",
        "exceptional_point",
        "group_velocity",
    ):
        law = theory[name]
        assert law.is_exact
        assert law.steps
        assert all(step.check.digits >= 50 or step.check.kind != "identity" for step in law.steps)
    assert replace(theory["decay_rate"], name="other").name == "other"
    assert theory["group_velocity"].symbols == (q,)


@pytest.mark.parametrize("factor", [sp.exp(sp.I / 10**6), -1, 1 + Q(1, 10**6)], ids=str)
def test_a_root_of_another_phase_or_modulus_stops_the_chapter(
    factor: sp.Expr, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = dispersion.branches

    def wrong(*given: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        first, second = right(*given)
        return first, factor * second

    monkeypatch.setattr(dispersion, "branches", wrong)
    monkeypatch.setattr(dispersion, "_relation", lambda _: ())
    with pytest.raises(DerivationError, match="Overdamped"):
        dispersion.moduli(activation("algebraic"))
