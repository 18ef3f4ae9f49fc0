"""Formulas of one's own: true ones in every form are exact or asymptotic, false ones wrong, and others are refused.

Leading errors are compared with the next term of the theory's series, written down here by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import (
    GrammarError,
    NearCriticalError,
    ParameterError,
    UnknownNameError,
    VerificationError,
)
from analytics.export.record import law_record
from analytics.expressions import grammar
from derivations.theory import Theory
from nearcritical import check, load, network
from nearcritical.results.checks import check_record
from nearcritical.results.written import json_text
from numerics.observables.measure import measure
from numerics.verification.check import Check

Q = sp.Rational
EXAMPLES = Path(__file__).parents[3] / "examples"
DEFAULT = network()
TANH = network("tanh")
RESONANCE = {"delta": 0}


def checked(equation: str, observable: str = "forced_amplitude", **options: Any) -> Check:
    return check(equation, observable, options.pop("network", DEFAULT), **options)


@pytest.mark.parametrize(
    ("observable", "equation", "options"),
    [
        ("forced_amplitude", "F**2 = psi(R)**2 + R**2 - 2*psi(R)*R*cos(delta)", {}),
        ("forced_amplitude", "R = rho(R + F)", {"at": RESONANCE}),
        ("forced_amplitude", "psi(R) - R = F", {"at": RESONANCE, "network": TANH}),
        ("forced_amplitude", "R**4 + 2*F*R**3 + F**2*R**2 - 2*F*R - F**2 = 0", {"at": RESONANCE}),
        ("kernel_frequency", "omega = 2*c*(1 - cos(k))", {}),
        ("kernel_frequency", "2*c*(1 - cos(k)) = omega", {}),
        ("activation_response", "R = r/sqrt(1 + r**2)", {}),
        ("free_relaxation", "R = R0/sqrt(1 + n*R0**2)", {}),
        ("forced_phase", "theta = 0", {"at": {"delta": 0, "k": 0}}),
        ("activation_drive", "P = atanh(b*R)/b", {"network": network("tanh(b*r)/b", b="3/2")}),
    ],
)
def test_exact_formulas_are_exact(observable: str, equation: str, options: dict[str, Any]) -> None:
    found = checked(equation, observable, digits=40, **options)
    assert (found.kind, found.passed) == ("exact", True), found.reason
    assert found.digits_agreed >= 40
    assert found.errors == () and found.shown is None


@pytest.mark.parametrize(
    ("name", "equation", "observable"),
    [
        ("mixed", "omega = 2*c*(1 - cos(k)) + v*sin(k) + w*sin(2*k)", "kernel_frequency"),
        (
            "anisotropic",
            "omega = 2*c1*(1 - cos(k1)) + 2*c2*(1 - cos(k2)) + v*sin(k2)",
            "kernel_frequency",
        ),
        ("frequency", "omega = c*(1 - cos(k) + sin(k)/2)/(2 + cos(k))", "kernel_frequency"),
    ],
)
def test_formulas_of_own_networks(name: str, equation: str, observable: str) -> None:
    """True as the model file says them; with one sign changed, wrong at a point that shows it."""
    net = load(EXAMPLES / f"{name}.toml")
    assert checked(equation, observable, network=net).kind == "exact"
    head, plus, tail = equation.rpartition("+")
    changed = checked(f"{head}-{tail}", observable, network=net)
    assert plus and changed.kind == "wrong" and not changed.passed
    assert changed.shown is not None and changed.shown.digits < 50


def test_the_profile_of_an_own_activation() -> None:
    """r/(1 + r^6)^(1/6) = r - r^7/6 + ...: with the sign changed it is off by r^7/3, and true for r -> 0 only."""
    net = load(EXAMPLES / "p6.toml")
    assert checked("R = r/(1 + r**6)**(1/6)", "activation_response", network=net).kind == "exact"
    for error in checked("R = r/(1 - r**6)**(1/6)", "activation_response", network=net).errors:
        assert error.power is not None and error.power.rational == 7
        assert float(error.power.coefficient) == pytest.approx(-1 / 3, rel=1e-12)


@pytest.mark.parametrize(
    ("equation", "net", "coefficient", "power"),
    [
        ("R = (2*F)**(1/3)", DEFAULT, Q(-1, 2), 1),
        ("R = (2*F)**(1/3) - F/2", DEFAULT, Q(2) ** Q(5, 3) / 24, Q(5, 3)),
        ("F = R**3/2", DEFAULT, Q(-1, 2), 1),
        ("R = (3*F)**(1/3)", TANH, Q(-3, 5), 1),
        ("R = (3*F)**(1/3) - 3*F/5", TANH, 3 * Q(3) ** Q(5, 3) / 175, Q(5, 3)),
        ("R = (6*F)**(1/7)", load(EXAMPLES / "p6.toml"), Q(-1, 2), 1),
        ("R = (2*F)**(1/3)*(1 + F**(1/2))", DEFAULT, -(Q(2) ** Q(1, 3)), Q(5, 6)),
    ],
    ids=str,
)
def test_the_leading_error_is_the_next_term(
    equation: str, net: Any, coefficient: sp.Expr, power: sp.Rational
) -> None:
    found = checked(equation, network=net, at=RESONANCE)
    assert (found.kind, found.passed) == ("asymptotic", True), found.reason
    error = found.errors[0]
    assert len({(error.power.rational, error.vanishing) for error in found.errors if error.power}) == 1
    assert error.power is not None and error.vanishing
    assert error.power.rational == power and not error.power.logarithm
    with mpmath.workdps(40):
        expected = mpf(str(coefficient.evalf(40)))
        assert abs(error.power.coefficient - expected) <= error.power.coefficient_error < mpf(10) ** -9
        stated = mpf(sp.Rational(power).p) / sp.Rational(power).q
        assert abs(error.power.power - stated) <= error.power.power_error + mpf(10) ** -19


def test_a_power_that_is_no_fraction_is_measured() -> None:
    """(1 + F^sqrt(2)) times a law right to F^3: the error is F^(1/3 + sqrt 2)."""
    law = "(2*F)**(1/3) - F/2 + (2*F)**(5/3)/24"
    found = checked(f"R = {law} + F**(1/3 + sqrt(2))/3", at=RESONANCE)
    error = found.errors[0]
    assert len({(error.power.rational, error.vanishing) for error in found.errors if error.power}) == 1
    assert error.power is not None and error.power.rational is None
    assert float(error.power.power) == pytest.approx(1 / 3 + 2**0.5, abs=1e-10)
    assert float(error.power.coefficient) == pytest.approx(-1 / 3, abs=1e-10)


def test_detuned_errors_depend_on_the_detuning() -> None:
    """R = F/(2 sin(delta/2)) - F^3 psi'''/... : the power is 3 for every detuning, the coefficient is not."""
    found = checked("R = F/abs(2*sin(delta/2))", at={"k": "pi/4"}, limit=("F", "0"))
    assert found.kind == "wrong" and found.shown is not None
    assert found.shown.flaw == "it must have a finite value at the point"  # on resonance there is none
    for delta in ("1/10", "-3"):
        error = checked("R = F/abs(2*sin(delta/2))", at={"delta": delta}).errors[0]
        assert error.power is not None and error.power.rational == 3
        # F^2 = R^2 (2 - 2 cos d) (1 + R^2/2 + ...), so R = R_1 - R_1^3/4
        size = 1 / abs(2 * mpmath.sin(mpf(sp.Rational(delta).p) / sp.Rational(delta).q / 2))
        assert float(error.power.coefficient) == pytest.approx(float(-(size**3) / 4), rel=1e-12)


@pytest.mark.parametrize(
    ("equation", "net", "coefficient", "logarithm"),
    [("R = 1/sqrt(n)", DEFAULT, -2.0, False), ("R = sqrt(3/(2*n))", TANH, -0.075 * 1.5**0.5, True)],
)
def test_errors_at_late_times(equation: str, net: Any, coefficient: float, logarithm: bool) -> None:
    """n^(-1/2) - n^(-3/2)/(2 R0^2) for algebraic; b ln n with b = 1/10 for tanh, R^-2 = 2n/3 + b ln n + ..."""
    found = checked(equation, "free_relaxation", network=net, at={"R0": "1/2"}, remainder="n**(-3/2)")
    error = found.errors[0]
    assert len({(error.power.rational, error.vanishing) for error in found.errors if error.power}) == 1
    assert error.power is not None
    assert (error.power.rational, error.power.logarithm) == (Q(-3, 2), logarithm)
    assert float(error.power.coefficient) == pytest.approx(coefficient, rel=1e-10)
    assert found.remainder_agrees is not logarithm  # ln n more than was claimed


def test_a_law_with_a_logarithm_has_the_remainder_that_it_states() -> None:
    """tanh: R = sqrt(3/(2n)) (1 - 3 ln n/(40 n)) + O(n^(-3/2))."""
    law = "R = sqrt(3/(2*n))*(1 - 3*ln(n)/(40*n))"
    found = checked(law, "free_relaxation", network=TANH, at={"R0": "1/2"}, remainder="n**(-3/2)")
    assert found.remainder_agrees, found.errors
    assert found.errors
    for error in found.errors:
        assert error.power is not None
        assert abs(error.power.power + mpf(3) / 2) <= error.power.power_error < 1e-8


@pytest.mark.parametrize(
    ("remainder", "agrees"),
    [("F", True), ("O(F)", True), ("R**3", True), ("F**(5/3)", False), ("R", False), ("F**(2/3)", False)],
)
def test_a_stated_remainder_is_compared(remainder: str, agrees: bool) -> None:
    found = checked("R = (2*F)**(1/3)", at=RESONANCE, remainder=remainder)
    assert found.kind == "asymptotic"
    assert (found.remainder_agrees, found.passed) == (agrees, agrees)
    assert ("but without" in found.reason) is not agrees


@pytest.mark.parametrize(
    "equation",
    [
        "R = (3*F)**(1/3)",
        "R = (2*F)**(1/3)*(1 + 1e-6)",
        "R = (2*F)**(1/3)*(1 + 1/ln(F))",
        "R = (2*F)**(1/4)",
        "R = -(2*F)**(1/3)",
        "R = sqrt(-F)",
        "R = I*(2*F)**(1/3)",
        "R = exp(-1/F)",
        "R = exp(exp(1/F))",
        "R = 10**(10**(1/F))",
        "psi(R) = F",
        "R**2 = -1",
    ],
)
def test_wrong_formulas_are_wrong(equation: str) -> None:
    """Also those that are wrong by a millionth, or by a logarithm alone: the error does not vanish."""
    found = checked(equation, at=RESONANCE)
    assert (found.kind, found.passed) == ("wrong", False)
    assert found.shown is not None
    measured = measure("forced_amplitude", DEFAULT, found.shown.point, 20).value
    assert mpmath.almosteq(found.shown.measured, measured, rel_eps=1e-18)
    assert found.reason.startswith("misses at delta = 0, k = pi/4, F = (17/71)**")


@pytest.mark.parametrize(
    ("observable", "equation", "options"),
    [
        ("forced_amplitude", "psi(R) - R = F*tan(k)", {"at": RESONANCE}),
        ("forced_amplitude", "R = (2*F)**(1/3)*tan(k)", {"at": RESONANCE}),
        ("free_relaxation", "R = R0/sqrt(1 + n*R0**2) + sin(4*k)", {"at": {"R0": "1/2"}}),
        ("forced_phase", "theta = -2*c*(1 - cos(k)) + sin(8*k)", {"at": RESONANCE}),
        ("forced_amplitude", "psi(R) - R = F + sin(pi/F)", {"at": RESONANCE}),
        ("forced_amplitude", "psi(R) - R = F + sin(5*pi/F)", {"at": RESONANCE}),
        ("forced_amplitude", "psi(R) - R = F*cos(pi*F*10**60)", {"at": RESONANCE}),
        ("forced_amplitude", "R = (2*F)**(1/3) + sin(pi/F)", {"at": RESONANCE}),
        ("background_amplitude", "psi(R) - R = I0 + sin(4*pi/I0)", {"network": network(kernel="advection")}),
        ("activation_response", "R = r/sqrt(1 + r**2) + sin(pi/r)", {}),
        ("free_relaxation", "R = R0/sqrt(1 + n*R0**2) + sin(pi*n/40)", {"at": {"R0": "1/2"}}),
        ("free_relaxation", "R = R0/sqrt(1 + n*R0**2) + cos(pi*n/2)", {"at": {"R0": "1/2"}}),
    ],
)
def test_what_is_right_at_round_numbers_alone_is_wrong(
    observable: str, equation: str, options: dict[str, Any]
) -> None:
    found = checked(equation, observable, **options)
    assert (found.kind, found.passed) == ("wrong", False), found.reason


@pytest.mark.parametrize("slip", ["1e-20", "1e-22", "1e-28", "1e-32", "1e-36"])
def test_a_small_slip_of_the_coefficient_does_not_vanish(slip: str) -> None:
    """Beside the error that is left, F/2 and 3e-34 of R at the last input, the larger and the smaller ones."""
    found = checked(f"R = (2*F)**(1/3)*(1 + {slip})", at=RESONANCE)
    assert (found.kind, found.passed) == ("wrong", False), found.reason


@pytest.mark.parametrize("slip", ["0", "1e-40"])
def test_what_was_seen_to_vanish_is_told(slip: str) -> None:
    """A slip below it is not seen: R = (2F)^(1/3) - F/2 + ..., of R the second term is F^(2/3)/2^(4/3)."""
    found = checked(f"R = (2*F)**(1/3)*(1 + {slip})", at=RESONANCE)
    assert (found.kind, found.digits_seen) == ("asymptotic", 33)
    assert found.reason == "true for F -> 0, seen to 33 digits at F = (17/71)**80, for 4 values of c"
    share = (17 / 71) ** (80 * 2 / 3) / 2 ** (4 / 3)
    assert 10**-34 < share < 10**-33


def test_a_coefficient_that_is_off_at_late_times_is_wrong() -> None:
    """By one part in a hundred: the error follows the power of the value itself, n^(-1/2)."""
    found = checked("R = 1/sqrt(n)*(1 + 1/100)", "free_relaxation", at={"R0": "1/2"})
    assert (found.kind, found.passed) == ("wrong", False), found.reason
    assert found.shown is not None and found.shown.point["n"] == 2410


def test_a_formula_of_resonance_is_wrong_off_resonance() -> None:
    found = checked("R = (2*F)**(1/3)")
    assert found.kind == "wrong" and found.shown is not None
    assert found.shown.point["delta"] == Q(1, 10)
    assert [error.vanishing for error in found.errors] == [True, False]


def test_where_no_limit_is_left_the_first_point_shows_it() -> None:
    found = checked("R = F", at={"F": "1/100", "delta": 0})
    assert (found.kind, found.limit) == ("wrong", None)
    assert "where R = 0.266503 is measured, and the formula gives 0.01" in found.reason


def test_another_limit_can_be_asked_for() -> None:
    """psi(R) - R = F is exact on resonance, and true to delta^2 beside it, at every forcing."""
    found = checked("psi(R) - R = F", limit=("delta", "0"))
    assert found.kind == "asymptotic" and str(found.limit) == "(delta, 0)"
    assert {error.power.rational for error in found.errors if error.power} == {2}
    assert len({error.setting["F"] for error in found.errors}) == 5


def test_two_forcings_go_to_the_limit_together() -> None:
    """Equal amplitudes: 3 R^3/2 = F on each."""
    found = checked("R = (2*F1/3)**(1/3)", "two_tone_amplitudes", branch=1, digits=20)
    assert found.kind == "wrong"  # of equal amplitudes alone
    first, second = found.errors
    assert (first.vanishing, second.vanishing) == (True, False)
    F1 = sp.Symbol("F1", positive=True)
    assert (first.setting["F2"], second.setting["F2"]) == (F1, 3 * F1)


def test_of_several_values_one_is_chosen() -> None:
    """Both relaxation times at q = 0, 1/(c R^p) and 1/((p+1) c R^p) with c R^2 = (2 I0)^(2/3)/2."""
    for branch, times in ((1, "2"), (2, "2/3")):
        found = checked(f"tau = {times}*(2*I0)**(-2/3)", "relaxation_time", branch=branch, at={"q": 0})
        assert found.kind == "asymptotic", found.reason
    with pytest.raises(VerificationError, match="which of several values is meant"):
        checked("tau = 1/I0", "relaxation_time")
    with pytest.raises(VerificationError, match=r"tau has 2 values at .* got branch 3\. Choose 1 to 2\."):
        checked("tau = 1/I0", "relaxation_time", branch=3)
    with pytest.raises(
        VerificationError, match=r"R has one value at .* got branch 7\. Leave the branch out\."
    ):
        checked("R = F", branch=7)


@pytest.mark.parametrize("branch", [0, -1, "2", 1.0, True])
def test_a_branch_is_a_whole_number(branch: Any) -> None:
    with pytest.raises(VerificationError, match=f"a whole number from 1 on; got {re.escape(repr(branch))}"):
        checked("R = F", branch=branch)


def test_lambda_is_read_though_python_keeps_the_word() -> None:
    found = checked("lambda = exp(2*I*c*(1 - cos(q)))", "eigenvalues", branch=1, at={"q": "pi/3"})
    assert found.kind == "asymptotic"
    assert found.errors[0].power is not None and found.errors[0].power.rational == Q(2, 3)


def test_settings_that_cannot_be_measured_are_left_out() -> None:
    def limited(observable: str, net: Any, point: Any, digits: int) -> Any:
        if point["delta"] != 0:
            raise ParameterError("measuring", "delta must be 0", point["delta"], "Wait.")
        return measure(observable, net, point, digits)

    found = check("psi(R) - R = F", "forced_amplitude", DEFAULT, at={"c": "3/10"}, experiment=limited)
    assert found.kind == "exact" and len(found.points) == 4
    assert len(found.left_out) == 4
    assert "delta = 1/10, k = 2*pi/7 is left out, measuring: delta must be 0; got 1/10." in found.left_out[0]
    with pytest.raises(VerificationError, match="one setting at least must be measurable"):
        check("psi(R) - R = F", "forced_amplitude", DEFAULT, at={"delta": 1}, experiment=limited)


def test_every_explicit_law_of_the_theory_is_what_it_says(theory_of: Callable[..., Theory]) -> None:
    """Its text, read back as somebody's formula: exact where the law is, else with the law's own remainder."""
    theory = theory_of("algebraic")
    questions: dict[str, dict[str, Any]] = {
        "activation_taylor": {},
        "kernel_frequency": {},
        "forced_amplitude": {},
        "resonant_amplitude": {"at": RESONANCE},
        "detuned_amplitude": {},
        "background_amplitude": {},
        "free_relaxation": {},
    }
    for name, options in questions.items():
        law = theory[name]
        sides = law_record(law)["equation"]
        remainder = None if law.remainder is None else str(law.remainder)
        found = checked(
            f"{sides['left']} = {sides['right']}", law.observable, remainder=remainder, digits=30, **options
        )
        assert found.passed, (name, found.reason)
        assert (found.kind == "exact") is law.is_exact


@pytest.mark.parametrize(
    ("equation", "error", "message"),
    [
        ("R == F", GrammarError, "one equation, left = right, is needed"),
        ("R <= F", GrammarError, "one equation, left = right, is needed"),
        ("R", GrammarError, "one equation, left = right, is needed"),
        ("", GrammarError, "one equation, left = right, is needed"),
        ("R = F = 1", GrammarError, "one equation, left = right, is needed"),
        ("F = 2", GrammarError, "the equation must speak of R"),
        ("R = x*F", GrammarError, "unknown name; got 'x'"),
        ("R = __import__('os').system('true')", GrammarError, "is not in the grammar"),
        ("R = F.__class__", GrammarError, "the character '.' is not in the grammar"),
        ("R = lambda: 3", GrammarError, "is not in the grammar"),
        ("R = eval(F)", GrammarError, "unknown name"),
        ("R = 9**9**9**9", GrammarError, "numbers have at most"),
        ("R = (F", GrammarError, "one complete expression"),
        ("R = 1/0", GrammarError, "division by zero"),
        ("R = " + "F+" * 2000 + "F", GrammarError, "at most 2000 characters"),
        (
            "(R + 1)**2 = R**2 + 2*R + 1",
            VerificationError,
            "the equation must hold for one R and not for others",
        ),
        (
            "(R - (2*F)**(1/3))**2 = 0",
            VerificationError,
            "the equation must hold for one R and not for others",
        ),
        ("R = (2*F)**(1/3) + F*ln(F)**2", VerificationError, "the error must be C x\\^s, or C x\\^s ln x"),
    ],
)
def test_what_cannot_be_read_or_decided_is_refused(
    equation: str, error: type[NearCriticalError], message: str
) -> None:
    with pytest.raises(error, match=message):
        checked(equation, at=RESONANCE)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"observable": "forced_amplitud"}, UnknownNameError, "Did you mean forced_amplitude"),
        ({"at": {"dleta": 0}}, UnknownNameError, "Did you mean delta"),
        ({"at": {"F": -1}}, ParameterError, "must lie in"),
        ({"at": {"F": 0.5}}, ParameterError, "not a float"),
        ({"limit": ("G", "0")}, UnknownNameError, "unknown parameter"),
        ({"limit": ("F", "1")}, VerificationError, "to 0 or oo; got F -> 1"),
        ({"limit": ("delta", "0"), "at": RESONANCE}, VerificationError, "takes one of F, k to 0 or oo"),
        ({"at": RESONANCE, "remainder": "F + 1"}, VerificationError, "a rational power of a parameter"),
        (
            {"at": RESONANCE, "remainder": "k"},
            VerificationError,
            "must be a power of R or of what goes to a limit",
        ),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    options: dict[str, Any], error: type[NearCriticalError], message: str
) -> None:
    with pytest.raises(error, match=message):
        checked("R = (2*F)**(1/3)", **options)


def test_the_record_says_it_all() -> None:
    found = checked("R = (2*F)**(1/3)", at=RESONANCE, remainder="F")
    record = json.loads(json_text(check_record(found)))
    assert (record["kind"], record["passed"], record["remainder_agrees"]) == ("asymptotic", True, True)
    error, other, *beside = record["errors"]
    assert error["text"] == "-0.500000000000 * F"
    assert error["leading"]["power"] == "1" and error["leading"]["recognised"]
    assert error["setting"] == {"delta": "0", "k": "pi/4"}
    assert other == error | {"setting": {"delta": "0", "k": "2*pi/7"}}
    assert record["limit"] == {"parameter": "F", "value": "0"}
    assert record["fixed"] == {"delta": "0"}
    assert record["varied"] == {"c": ["3/10", "183/590", "183/670", "213/670"]}
    assert [one["setting"].get("c") for one in beside] == record["varied"]["c"][1:]
    assert all(one["text"] == error["text"] for one in beside)


@pytest.mark.parametrize("side", ["20*c**2*(1 - cos(k))/3", "3*(1 - cos(k))/5"])
def test_a_formula_that_is_true_at_one_value_of_a_constant_is_wrong(side: str) -> None:
    """Both are 2 c (1 - cos k) at c = 3/10."""
    found = checked(f"omega = {side}", "kernel_frequency")
    assert found.kind == "wrong" and found.shown is not None
    assert found.shown.where(found.law.network)["c"] != Q(3, 10)
    held = checked(f"omega = {side}", "kernel_frequency", at={"c": "3/10"})
    assert (held.kind, held.varied) == ("exact", {})
    assert held.fixed == {"c": Q(3, 10)}


def test_a_constant_is_fixed_at_the_value_that_is_given() -> None:
    """4 (1 - cos k)/5 is the frequency at c = 2/5, on whatever network it is asked about."""
    assert checked("omega = 4*(1 - cos(k))/5", "kernel_frequency", at={"c": "2/5"}).kind == "exact"
    assert checked("omega = 4*(1 - cos(k))/5", "kernel_frequency", at={"c": "3/10"}).kind == "wrong"


def test_a_coefficient_that_is_true_at_one_value_is_wrong_in_the_limit() -> None:
    found = checked("R = (20*c*F/3)**(1/3)", at=RESONANCE)
    assert found.kind == "wrong" and found.shown is not None
    assert found.shown.where(found.law.network)["c"] != Q(3, 10)


def test_roots_beside_the_measured_value_are_named() -> None:
    found = checked("(psi(R) - R - F)*(R - F) = 0", at=RESONANCE)
    assert found.kind == "exact"
    (stray,) = found.stray
    first = found.points[0]
    with mpmath.workdps(20):
        assert abs(stray - mpf(first.point["F"].p) / first.point["F"].q) < mpf(10) ** -15
    assert "the equation has other roots" in found.reason
    assert checked("psi(R) - R = F", at=RESONANCE).stray == ()


def test_a_formula_that_cannot_be_evaluated_is_not_called_wrong() -> None:
    """What is added to R = rho(r) is 0, as the difference of two numbers that nobody can write."""
    one, other = "exp(exp(exp(10*(1 + r)**2)))", "exp(exp(exp(10 + 20*r + 10*r**2)))"
    found = checked(f"R = r/sqrt(1 + r**2) + {one} - {other}", "activation_response")
    assert (found.kind, found.passed) == ("not evaluated", False)
    assert "it must have a finite value at the point" in found.reason
    assert checked(f"R = {one}", "activation_response").kind == "wrong"


@pytest.mark.parametrize("equation", ["psi(R) - R = F", "R**3 = 2*F", "R = rho(F + R)"])
def test_a_formula_of_resonance_is_wrong_beside_it(equation: str) -> None:
    """R ~ F/delta there: the sides change with R in late digits alone, and are no less apart for that."""
    found = check(equation, "forced_amplitude", network("algebraic", "laplacian", c="3/10"))
    assert found.kind == "wrong"
    assert found.shown is not None
    assert found.shown.point["delta"] != 0


def test_rates_far_in_saturation_are_measured() -> None:
    """g_t ~ F^-1, g_r ~ F^-3: rates ln F and 3 ln F, to which the entries of the matrix are far too small."""
    for F, digits in ((10**23, 10), (10**50, 20)):
        found = measure("decay_rate", network("algebraic", "laplacian", c="3/10"), {"F": F, "q": 0}, digits)
        slow, fast = found.values
        with mpmath.workdps(40):
            assert abs(slow / mpmath.log(F) - 1) < mpf(10) ** -digits
            assert abs(fast / (3 * mpmath.log(F)) - 1) < mpf(10) ** -digits


@pytest.mark.parametrize("name", ["laplacian", "advection"])
def test_a_formula_of_distances_is_followed_to_infinity(name: str, theory_of: Callable[..., Theory]) -> None:
    """Its law, whose remainder it finds, and the same off by a thousandth."""
    law = theory_of("algebraic", name)["static_leak"]
    formula = grammar.text_of(law.equation.rhs)
    at = {"c": Q(3, 10)}
    found = check(f"R = {formula}", "static_leak", law.network, at=at)
    assert (found.kind, found.limit) == ("asymptotic", law.limit)
    assert {error.power.rational for error in found.errors if error.power} == {law.remainder_order}
    wrong = check(f"R = ({formula})*1001/1000", "static_leak", law.network, at=at)
    assert wrong.kind == "wrong"
