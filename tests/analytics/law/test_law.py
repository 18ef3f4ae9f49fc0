"""Laws: values, branches and discrepancies, against roots found by mpmath.

Reference digits: the table of steady states in the theory, 40 digits, from the model's definition; they are
reproduced by the fixture `exact_amplitude` as well.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from analytics.errors import LawError, NearCriticalError, ParameterError, PrecisionError, UnknownNameError
from analytics.expressions.notation import F, R, delta, r
from analytics.expressions.parameter import Parameter
from analytics.law.law import Law
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations.theory import Theory, derive
from nearcritical import network

Q = sp.Rational
LAPLACIAN = kernel("laplacian")
THEORIES = {name: derive(Network(activation(name), LAPLACIAN)) for name in PROFILES}
ALGEBRAIC = THEORIES["algebraic"]
MIXED = derive(Network(Activation("mixed", (sp.tanh(r) + r / sp.sqrt(1 + r**2)) / 2), LAPLACIAN))
"""A network whose inverse profile has no closed form."""

five = pytest.mark.parametrize("name", PROFILES)
Exact = Callable[..., Any]


def digits_of_agreement(one: Any, other: Any) -> float:
    """Correct significant digits, computed at 200."""
    with mpmath.workdps(200):
        if one == other:
            return 200.0
        return float(-mpmath.log10(abs(one - other) / abs(other)))


def own_law(**changes: Any) -> Law:
    """x = 2 F + 1/2 on the default network, or what `changes` make of it."""
    x = sp.Symbol("x", real=True)
    fields: dict[str, Any] = {
        "name": "own",
        "meaning": "a law for tests",
        "observable": "forced_amplitude",
        "network": ALGEBRAIC.network,
        "subject": x,
        "equation": sp.Eq(x, 2 * F + Q(1, 2)),
        "parameters": (Parameter(F, "amplitude of the forcing", "", sp.Interval(0, sp.oo)),),
        "codomain": sp.Reals,
        "remainder": None,
        "limit": None,
        "validity": "always",
        "source": "here",
        "steps": (),
    }
    return Law(**(fields | changes))


# -- evaluate --


REFERENCE = [
    ("algebraic", "forced_amplitude", {"F": "1/100"}, "0.2665031517714650040582918342302619184131"),
    ("algebraic", "resonant_amplitude_exact", {"F": "0.01"}, "0.2665031517714650040582918342302619184131"),
    ("algebraic", "forced_amplitude", {"F": "0.01", "delta": "0.1"}, "0.09966810290753752314379976259690923772409"),
    ("tanh", "forced_amplitude", {"F": "1e-2"}, "0.3047732572086081538987775591728538967236"),
    ("tanh", "resonant_amplitude_exact", {"F": "1/100"}, "0.3047732572086081538987775591728538967236"),
    ("algebraic", "background_amplitude", {"I0": "1/1000"}, "0.1254934278132807934343362816492997314147"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "law", "point", "reference"), REFERENCE)
def test_reference_values_to_all_forty_digits(
    name: str, law: str, point: Mapping[str, str], reference: str
) -> None:
    for digits in (40, 50, 100):
        value = THEORIES[name][law].evaluate(point, digits=digits)
        with mpmath.workdps(60):
            assert mpmath.nstr(value, 40, strip_zeros=False) == reference


@five
@pytest.mark.parametrize("forcing", ["1e-40", "1e-9", "1/100", "1/3", "5", "1e6"])
def test_exact_amplitude_at_resonance(name: str, forcing: str, exact_amplitude: Exact) -> None:
    """Weak and strong: psi(R) - R = F to 50 digits, whether R is 1e-14 or 1 - 1e-13."""
    if name == "erf" and forcing in ("5", "1e6"):
        # 1 - R is below 1e-8: the reference loses those digits twice over, so it asks for less forcing
        forcing = "2"
    for law in ("forced_amplitude", "resonant_amplitude_exact"):
        value = THEORIES[name][law].evaluate({"F": forcing}, digits=50)
        with mpmath.workdps(70):
            root = _bracketed(name, mpf(sp.N(sp.Rational(forcing), 70)))
        assert digits_of_agreement(value, root) >= 50
    if forcing in ("1/100", "1/3"):
        with mpmath.workdps(60):
            root = exact_amplitude(name, mpf(Fraction(forcing).numerator) / Fraction(forcing).denominator)
        assert digits_of_agreement(value, root) >= 50


def _bracketed(name: str, forcing: Any) -> Any:
    """The output rho(P) of the pre-activation P with P - rho(P) = F, found in P where nothing saturates."""
    rho: dict[str, Callable[[Any], Any]] = {
        "algebraic": lambda p: p / mpmath.sqrt(1 + p**2),
        "tanh": mpmath.tanh,
        "arctan": lambda p: 2 / mpmath.pi * mpmath.atan(mpmath.pi * p / 2),
        "erf": lambda p: mpmath.erf(mpmath.sqrt(mpmath.pi) * p / 2),
        "quartic": lambda p: p / mpmath.root(1 + p**4, 4),
    }
    with mpmath.extradps(150):
        low = forcing
        high = forcing + 1
        for _ in range(40):  # P - rho(P) - F increases: bisect to a good start, then secants
            middle = mpmath.sqrt(low * high)
            low, high = (middle, high) if middle - rho[name](middle) < forcing else (low, middle)
        P = mpmath.findroot(
            lambda p: p - rho[name](p) - forcing, (low, high), tol=mpf(10) ** -300, verify=False
        )
        return rho[name](P)


@five
def test_resonant_amplitude_misses_by_its_stated_order(name: str, exact_amplitude: Exact) -> None:
    """At F = 1e-9 and 1e-12 the next term changes the slope by less than 1e-6."""
    law = THEORIES[name]["resonant_amplitude"]
    with mpmath.workdps(60):
        forcings = [mpf(10) ** -k for k in (9, 12)]
        misses = [abs(law.evaluate({"F": f}, digits=60) - exact_amplitude(name, f)) for f in forcings]
        order = mpmath.log(misses[1] / misses[0]) / mpmath.log(forcings[1] / forcings[0])
    assert float(order) == pytest.approx(float(law.remainder_order), abs=1e-6)


@five
@pytest.mark.parametrize("detuning", ["1/10", "-3", "1e-6"])
def test_exact_amplitude_off_resonance(name: str, detuning: str, exact_amplitude: Exact) -> None:
    value = THEORIES[name]["forced_amplitude"].evaluate({"F": "1/3", "delta": detuning}, digits=50)
    with mpmath.workdps(60):
        d = mpf(sp.N(sp.Rational(detuning), 60))
        assert digits_of_agreement(value, exact_amplitude(name, mpf(1) / 3, d)) >= 50


def test_without_input_the_response_is_zero() -> None:
    for theory in (*THEORIES.values(), MIXED):
        assert theory["forced_amplitude"].evaluate({"F": 0}) == 0
        assert theory["background_amplitude"].evaluate({"I0": 0}) == 0
        assert theory["resonant_amplitude"].evaluate({"F": 0}) == 0
        assert theory["activation_inverse"].evaluate({"R": 0}) == 0


def test_inverse_without_closed_form_is_evaluated() -> None:
    """psi from a law of the mixed profile, inserted back into rho by mpmath."""
    for output in ("1e-20", "1/3", "0.99"):
        value = MIXED["activation_inverse"].evaluate({"R": output}, digits=50)
        with mpmath.workdps(80):
            back = (mpmath.tanh(value) + value / mpmath.sqrt(1 + value**2)) / 2
            # a relative error of psi becomes one of rho through the factor P rho'(P) / rho(P) <= 1
            assert digits_of_agreement(back, mpf(sp.N(sp.Rational(output), 80))) >= 50
    amplitude = MIXED["forced_amplitude"].evaluate({"F": "1/100"}, digits=40)
    drive = MIXED["activation_inverse"].evaluate({"R": amplitude}, digits=40)
    with mpmath.workdps(50):
        assert abs(drive - amplitude - mpf(1) / 100) < mpf(10) ** -38


def test_defaults_names_and_symbols() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    values = {
        law.evaluate({"F": "1/100"}),
        law.evaluate({"F": "0.01", "delta": 0}),
        law.evaluate({F: Fraction(1, 100), delta: sp.S.Zero}),
        law.evaluate({"F": sp.Rational(1, 100)}),
    }
    assert len(values) == 1
    with pytest.raises(ParameterError, match=r"Write it as text, '0\.01'"):
        law.evaluate({"F": 0.01})  # type: ignore[dict-item]


@pytest.mark.parametrize("digits", [1, 2, 15, 30, 100, 300])
def test_as_many_digits_as_asked_for(digits: int) -> None:
    """The same value at every number of digits, each right to its own."""
    law = ALGEBRAIC["forced_amplitude"]
    point = {"F": "1/7", "delta": "1/9"}
    assert digits_of_agreement(law.evaluate(point, digits), law.evaluate(point, 400)) >= digits


def test_precision_in_force_is_neither_used_nor_changed() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    plain = law.evaluate({"F": "1/7"}, 60)
    with mpmath.workdps(5):
        low = law.evaluate({"F": "1/7"}, 60)
        assert mpmath.mp.dps == 5
    assert low == plain
    assert mpmath.mp.dps == 15


def test_threads_at_different_precisions_do_not_disturb_one_another() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    wanted = [20, 90, 35, 60, 15, 75, 50, 25]
    alone = [law.evaluate({"F": "1/7"}, digits) for digits in wanted]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda digits: law.evaluate({"F": "1/7"}, digits), wanted))
    assert together == alone


@pytest.mark.parametrize("digits", [0, -1, True, 2.5, "50", None], ids=repr)
def test_digits_that_make_no_sense_are_refused(digits: Any) -> None:
    with pytest.raises(PrecisionError, match="digits must be"):
        ALGEBRAIC["forced_amplitude"].evaluate({"F": "1/100"}, digits=digits)


def test_bad_points_are_refused() -> None:
    law = ALGEBRAIC["forced_amplitude"]
    with pytest.raises(UnknownNameError, match="law 'forced_amplitude': unknown parameter; got 'f'"):
        law.evaluate({"f": 1})
    with pytest.raises(ParameterError, match=r"F \(amplitude of the forcing\) must be given"):
        law.evaluate({"delta": 1})
    with pytest.raises(ParameterError, match=r"must lie in \[0, oo\)"):
        law.evaluate({"F": "-1/100"})
    with pytest.raises(ParameterError, match="must lie in"):
        ALGEBRAIC["detuned_amplitude"].evaluate({"F": "1/100", "delta": 0})
    with pytest.raises(ParameterError, match=r"must lie in \[0, 1\)"):
        ALGEBRAIC["activation_inverse"].evaluate({"R": 1})


@settings(max_examples=20)
@given(
    st.sampled_from(list(PROFILES)),
    st.fractions(min_value=0, max_value=100),
    st.fractions(min_value=-3, max_value=3),
)
def test_every_forcing_has_one_response_below_saturation(name: str, forcing: Any, detuning: Any) -> None:
    """The steady state exists and is unique, and inserted back into the law it leaves nothing."""
    law = THEORIES[name]["forced_amplitude"]
    point = {"F": forcing, "delta": detuning}
    found = law.branches(point, 20)
    assert len(found) == 1
    assert 0 <= found[0] <= 1


@settings(max_examples=15)
@given(st.fractions(min_value=Q(1, 10**6), max_value=10), st.fractions(min_value=Q(1, 10**6), max_value=10))
def test_stronger_forcing_gives_a_stronger_response(one: Any, other: Any) -> None:
    law = ALGEBRAIC["forced_amplitude"]
    weak, strong = sorted((one, other))
    assert weak == strong or law.evaluate({"F": weak}, 30) < law.evaluate({"F": strong}, 30)


# -- branches and discrepancy --


def test_all_branches_in_increasing_order() -> None:
    """(x - 1/4)(x - 1/2)(x + 3) = 0 has two roots in (0, 1) and three on the line."""
    x = sp.Symbol("x", real=True)
    cubic = sp.Eq(sp.expand((x - Q(1, 4)) * (x - Q(1, 2)) * (x + 3)), F)
    inside = own_law(equation=cubic, codomain=sp.Interval(0, 1))
    assert inside.branches({"F": 0}, 30) == (mpf("0.25"), mpf("0.5"))
    assert inside.evaluate({"F": 0}, 30) == mpf("0.25")
    assert own_law(equation=cubic).branches({"F": 0}, 30) == (mpf(-3), mpf("0.25"), mpf("0.5"))


def test_no_branch_is_said() -> None:
    x = sp.Symbol("x", real=True)
    law = own_law(equation=sp.Eq(x**2 + 1, F), codomain=sp.Interval(0, 1))
    with pytest.raises(LawError, match="must have a root"):
        law.evaluate({"F": 0})


def test_branches_multiply_with_those_of_other_laws() -> None:
    """theta = y with y one of two roots: two values."""
    y = sp.Symbol("y", real=True)
    other = own_law(
        subject=y, equation=sp.Eq((y - Q(1, 4)) * (y - Q(1, 2)), F), codomain=sp.Interval(0, 1)
    )  # fmt: skip
    x = sp.Symbol("x", real=True)
    law = own_law(equation=sp.Eq(x, 4 * y), where=(other,))
    assert law.branches({"F": 0}, 30) == (1, 2)


@five
def test_discrepancy_of_an_exact_law_vanishes_at_the_exact_value(name: str, exact_amplitude: Exact) -> None:
    with mpmath.workdps(80):
        value = exact_amplitude(name, mpf(1) / 100)
    law = THEORIES[name]["resonant_amplitude_exact"]
    assert abs(law.discrepancy({"F": "1/100"}, value, 50)) < mpf(10) ** -70


def test_discrepancy_of_an_explicit_law_is_value_minus_prediction() -> None:
    law = ALGEBRAIC["resonant_amplitude"]
    prediction = law.evaluate({"F": "1e-12"}, 60)
    with mpmath.workdps(60):
        value = prediction + mpf(10) ** -40
        expected = value - prediction
    assert digits_of_agreement(law.discrepancy({"F": "1e-12"}, value, 15), expected) > 14


def test_discrepancy_counts_phases_modulo_their_period() -> None:
    law = ALGEBRAIC["kernel_frequency"]
    value = law.evaluate({"k": "1/2"}, 60)
    with mpmath.workdps(60):
        turned = value + 6 * mpmath.pi + mpf(10) ** -20
        # `turned` has 60 digits, 59 of them after the point, so the difference of 1e-20 has 39
        assert digits_of_agreement(law.discrepancy({"k": "1/2"}, turned, 30), mpf(10) ** -20) > 30


def test_phase_lies_in_its_codomain() -> None:
    """(-pi, pi], for carriers whose frequency turns many times over."""
    wild = derive(Network(activation("algebraic"), kernel("laplacian", constants={"c": sp.Integer(40)})))
    for wavenumber in ("0", "1", "2", "3"):
        phase = wild["forced_phase"].evaluate({"F": "1/2", "k": wavenumber}, 30)
        assert -mpmath.pi < phase <= mpmath.pi


def test_a_value_without_a_principal_interval_keeps_its_turns() -> None:
    """The same phase with all real numbers as codomain has a period, and no interval to be brought into."""
    phase = derive(Network(activation("algebraic"), kernel("laplacian")))["kernel_frequency"]
    bounded = dataclasses.replace(phase, codomain=sp.Interval.Lopen(-sp.pi, sp.pi))
    free = dataclasses.replace(phase, codomain=sp.S.Reals)
    assert (bounded.principal, free.principal) == (bounded.codomain, None)
    equation = sp.Eq(phase.subject, phase.equation.rhs + 40)
    values = [dataclasses.replace(law, equation=equation).evaluate({"k": 0}, 30) for law in (bounded, free)]
    assert values[1] == 40
    assert mpmath.almosteq(values[0], 40 - 12 * mpmath.pi, 1e-14)


@five
def test_phase_solves_the_balance_it_comes_from(name: str) -> None:
    """F e^(-i theta) = psi(R) e^(i (omega(k) + delta)) - R e^(i omega(k)), omega(k) = 2c(1 - cos k), c = 3/10."""
    point = {"F": "1/3", "delta": "1/10", "k": "1/2"}
    theory = THEORIES[name]
    theta = theory["forced_phase"].evaluate(point, 50)
    amplitude = theory["forced_amplitude"].evaluate({"F": "1/3", "delta": "1/10"}, 60)
    drive = theory["activation_inverse"].evaluate({"R": amplitude}, 60)
    with mpmath.workdps(60):
        turn = mpf(6) / 10 * (1 - mpmath.cos(mpf(1) / 2))
        balance = drive * mpmath.expj(turn + mpf(1) / 10) - amplitude * mpmath.expj(turn)
        assert abs(balance - mpmath.expj(-theta) / 3) < mpf(10) ** -50


# -- what a law is --


def test_exact_explicit_and_order() -> None:
    exact, series, implicit = (
        ALGEBRAIC[name] for name in ("activation_inverse", "resonant_amplitude", "forced_amplitude_taylor")
    )
    assert (exact.is_exact, exact.is_explicit, exact.remainder_order, exact.remainder_variable) == (True, True, None, None)  # fmt: skip
    assert (series.is_exact, series.is_explicit) == (False, True)
    assert (series.remainder_order, series.remainder_variable) == (3, F)
    assert (implicit.is_exact, implicit.is_explicit) == (False, False)
    assert (implicit.remainder_order, implicit.remainder_variable) == (8, R)


def test_exponents_are_the_powers_of_the_limit_variable() -> None:
    assert ALGEBRAIC["resonant_amplitude"].exponents == (Q(1, 3), 1, Q(5, 3), 3)
    assert ALGEBRAIC["detuned_amplitude"].exponents == (1, 3)
    assert ALGEBRAIC["forced_amplitude"].exponents == ()
    assert ALGEBRAIC["forced_amplitude_taylor"].exponents == ()


@pytest.mark.parametrize("name", ["forced_amplitude", "forced_phase", "resonant_amplitude"])
def test_laws_are_frozen_records_equal_by_value(name: str) -> None:
    law = ALGEBRAIC[name]
    with pytest.raises(dataclasses.FrozenInstanceError):
        law.name = "other"  # type: ignore[misc]
    assert dataclasses.replace(law) == law
    assert dataclasses.replace(law, validity="nowhere") != law


MALFORMED = {
    "no equation": ({"equation": sp.Symbol("x", real=True) - 2 * F}, "an equation is needed"),
    "stranger": ({"equation": sp.Eq(sp.Symbol("x", real=True), sp.Symbol("a") * F)}, "every symbol must be .* got a"),
    "another F": ({"equation": sp.Eq(sp.Symbol("x", real=True), 2 * sp.Symbol("F"))}, "every symbol must be"),
    "true": ({"equation": sp.Eq(F, F)}, "an equation is needed; got True"),
    "infinite": ({"equation": sp.Eq(sp.Symbol("x", real=True), sp.zoo, evaluate=False)}, "both sides must be finite"),
    "remainder without limit": ({"remainder": F**2}, "a remainder goes with a limit"),
    "limit without remainder": ({"limit": (F, sp.S.Zero)}, "a remainder goes with a limit"),
    "remainder no power": ({"remainder": F**2 + F, "limit": (F, sp.S.Zero)}, "a rational power of the subject or of a parameter"),
    "remainder with factor": ({"remainder": 2 * F**2, "limit": (F, sp.S.Zero)}, "a rational power of the subject or of a parameter"),
    "remainder in a stranger": ({"remainder": R**2, "limit": (F, sp.S.Zero)}, "a rational power of the subject or of a parameter"),
    "remainder of no rational power": ({"remainder": F**delta, "limit": (F, sp.S.Zero)}, "a rational power of the subject or of a parameter"),
    "limit in a stranger": ({"remainder": F**2, "limit": (delta, sp.S.Zero)}, "limit must take a parameter to 0 or to oo; got delta -> 0"),
    "limit to 1": ({"remainder": F**2, "limit": (F, sp.S.One)}, "limit must take a parameter to 0 or to oo; got F -> 1"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_laws_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(LawError, match=message) as caught:
        own_law(**changes)
    assert str(caught.value).startswith("law 'own': ")


# -- what it shows --


def test_latex_as_a_person_would_write_it() -> None:
    from derivations.resonance import resonant_amplitude

    law = resonant_amplitude(ALGEBRAIC.network, terms=2)
    assert law.latex() == r"R = (2F)^{1/3} - \tfrac{F}{2} + O(F^{5/3})"
    assert law._repr_latex_() == f"$\\displaystyle {law.latex()}$"
    assert str(law).startswith("resonant_amplitude: R = ")


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(["F", "delta", "k", "G"]), st.one_of(st.floats(), st.text(max_size=4)), max_size=3))  # fmt: skip
def test_any_point_gives_a_value_or_one_of_the_kit_s_errors(point: dict[str, Any]) -> None:
    theory: Theory = ALGEBRAIC
    try:
        message = str(theory["resonant_amplitude"].evaluate(point, 15))
    except NearCriticalError as error:
        message = str(error)
    assert "\n" not in message
    assert message not in ("nan", "+inf", "-inf")


def test_an_amplitude_that_rounds_to_saturation_gives_no_gain_of_zero(
    theory_of: Callable[..., Theory],
) -> None:
    """tanh(201) = 1 - 2e-175: g_t = R/(I0 + R)."""
    theory = theory_of("tanh")
    for I0 in (200, 500):
        with mpmath.workdps(40):
            expected = 1 / mpf(I0 + 1)
        assert abs(theory["tangential_gain"].evaluate({"I0": I0}, 20) / expected - 1) < mpf(10) ** -20
    radial = theory["radial_gain"].evaluate({"I0": 500}, 20)
    with mpmath.workdps(40):
        assert abs(radial / mpmath.sech(501) ** 2 - 1) < mpf(10) ** -20
    # tanh(100001) = 1 - 1e-86860, which no digits tell from 1: P is carried in its place
    with mpmath.workdps(40):
        assert abs(theory["tangential_gain"].evaluate({"I0": 100_000}, 20) * 100_001 - 1) < mpf(10) ** -20
    with pytest.raises(PrecisionError, match="told from saturation"):
        theory["radial_gain"].evaluate({"I0": 100_000}, 20)


@pytest.mark.parametrize(
    ("profile", "I0", "saturation"),
    [
        ("tanh(r**3)**(1/3)", 5, lambda: mpf(1)),
        ("tanh(r**3)**(1/3)", 50, lambda: mpf(1)),
        ("sqrt(2)*tanh(r/sqrt(2)/2) + tanh(r)/2", 100, lambda: mpmath.sqrt(2) + mpf(1) / 2),
    ],
)
def test_an_own_profile_is_saturated_as_a_named_one(
    profile: str, I0: int, saturation: Callable[[], Any]
) -> None:
    """1 - R = 1.6e-188 at P = 6: R is 1 to the digits asked for, and g_t = R/P = R/(I0 + R)."""
    theory = derive(network(activation=profile))
    with mpmath.workdps(40):
        amplitude = saturation()
        drive = I0 + amplitude
        assert abs(theory["background_amplitude"].evaluate({"I0": I0}, 20) / amplitude - 1) < mpf(10) ** -20
        assert (
            abs(theory["tangential_gain"].evaluate({"I0": I0}, 20) * drive / amplitude - 1) < mpf(10) ** -20
        )
