"""Series to as many terms as asked for: each goes on with the term that the shorter one names, towards the exact law."""

import json
from collections.abc import Callable
from fractions import Fraction as Q

import mpmath
import pytest
from click.testing import CliRunner
from mpmath import mpf

from analytics.errors import ParameterError
from analytics.export.record import law_from_record, law_record
from nearcritical import Theory, derive, network, verify
from nearcritical.cli.main import main

WEAK = Q(1, 10**9)

CASES = {
    "resonant_amplitude": ("forced_amplitude", {"F": WEAK}),
    "detuned_amplitude": ("forced_amplitude", {"F": Q(1, 10**4), "delta": Q(3, 10)}),
    "decay_rate_underdamped": ("decay_rate", {"I0": WEAK, "q": 1}),
    "decay_rate_overdamped": ("decay_rate", {"I0": WEAK, "q": 0}),
    "relaxation_time_resonant": ("relaxation_time", {"I0": WEAK, "q": 0}),
    "decay_rate_detuned": ("decay_rate", {"F": Q(1, 10**4), "delta": Q(3, 10), "q": 2}),
    "relaxation_time_detuned": ("relaxation_time", {"F": Q(1, 10**4), "delta": Q(3, 10), "q": 2}),
}
"""Law -> the exact law, and a point far inside the range of the expansion."""


@pytest.mark.parametrize("activation", ["algebraic", "tanh"])
@pytest.mark.parametrize("name", CASES)
def test_further_terms_come_closer(name: str, activation: str, theory_of: Callable[..., Theory]) -> None:
    theory, (exact, point) = theory_of(activation), CASES[name]
    values = theory[exact].branches(point, 120)
    for terms in (2, 4):
        law = theory.law(name, terms=terms)
        for lacking, value, formula in zip(law.omitted(point), values, law.branches(point, 120), strict=True):
            assert abs((value - formula) / lacking.next_term - 1) < mpf("0.02")


def test_late_times_to_further_terms(theory_of: Callable[..., Theory]) -> None:
    theory, point = theory_of("quartic"), {"R0": 1, "n": 10**6}
    law = theory.law("free_relaxation_asymptotic", terms=3)
    miss = theory["free_relaxation"].evaluate(point, 60) - law.evaluate(point, 60)
    assert abs(miss / law.omitted(point)[0].next_term - 1) < mpf("0.001")


def test_lengths_of_a_kernel_that_couples_further_neighbours() -> None:
    """1/Im q of the least damped static wave; the coefficients hold both constants."""
    frequency = "2*c*(1 - cos(k)) + d*(1 - cos(2*k))/5"
    theory = derive(network("algebraic", frequency, c="3/10", d="1/10"))
    law, point = theory.law("evanescent_length", terms=3), {"I0": Q(1, 10**7)}
    wave = theory["complex_wavenumber"].evaluate({**point, "Omega": 0}, 60)
    with mpmath.workdps(60):
        miss = 1 / abs(wave.imag) - law.evaluate(point, 60)
    assert {str(symbol) for symbol in law.equation.rhs.free_symbols} == {"c", "d", "I0"}
    assert abs(miss / law.omitted(point)[0].next_term - 1) < mpf("0.01")


@pytest.mark.parametrize(
    ("activation", "kernel", "name", "exact"),
    [
        ("algebraic", "laplacian", "propagation_length", "complex_wavenumber"),
        ("tanh", "advection", "propagation_length", "complex_wavenumber"),
        ("quartic", "advection", "real_propagation_length", "real_complex_wavenumber"),
    ],
)
def test_lengths_in_the_band_to_further_terms(
    activation: str, kernel: str, name: str, exact: str, theory_of: Callable[..., Theory]
) -> None:
    """1/Im q of the wave that the probe drives, which bends and turns beyond the constant term."""
    theory, point = theory_of(activation, kernel), {"I0": Q(1, 10**15), "Omega": Q(1, 5)}
    law = theory.law(name, terms=3)
    wave = theory[exact].evaluate(point, 90)
    with mpmath.workdps(90):
        miss = 1 / abs(wave.imag) - law.evaluate(point, 90)
        assert abs(miss / law.omitted(point)[0].next_term - 1) < mpf("0.001")


def test_a_length_of_several_neighbours_to_further_terms() -> None:
    frequency = "2*c*(1 - cos(k)) + d*(1 - cos(2*k))/5"
    theory = derive(network("algebraic", frequency, c="3/10", d="1/10"))
    law, point = theory.law("propagation_length", terms=2), {"I0": Q(1, 10**12), "Omega": Q(3, 10)}
    wave = theory["complex_wavenumber"].evaluate(point, 60)
    with mpmath.workdps(60):
        miss = 1 / abs(wave.imag) - law.evaluate(point, 60)
    assert abs(miss / law.omitted(point)[0].next_term - 1) < mpf("0.001")


def test_a_length_of_open_order_ends_at_its_constant_term() -> None:
    with pytest.raises(ParameterError, match="to the constant one"):
        derive(network("general")).law("propagation_length", terms=3)


def test_a_longer_law_is_verified(theory_of: Callable[..., Theory]) -> None:
    assert verify(theory_of("tanh").law("decay_rate_overdamped", terms=2), digits=20).passed


def test_the_second_detuned_term_is_written_as_one_writes_it(theory_of: Callable[..., Theory]) -> None:
    law = theory_of("algebraic").law("detuned_amplitude", terms=2)
    second = "F**3/(32*sin(delta/2)**2*Abs(sin(delta/2)))"
    assert str(law) == f"detuned_amplitude: R = F/(2*Abs(sin(delta/2))) - {second} + O(F**5)"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("free_relaxation", "K sums up the whole way"),
        ("forced_amplitude", "an exact law"),
    ],
)
def test_a_law_that_ends_says_why(name: str, reason: str, theory_of: Callable[..., Theory]) -> None:
    with pytest.raises(ParameterError, match=reason):
        theory_of("tanh").law(name, terms=2)


@pytest.mark.parametrize("name", ["resonant_amplitude", "relaxation_time_resonant", "evanescent_length"])
def test_what_a_law_drops_is_read_back(name: str, theory_of: Callable[..., Theory]) -> None:
    law = theory_of("tanh")[name]
    back = law_from_record(json.loads(json.dumps(law_record(law))), law.network)
    assert law.dropped and law.exact is not None
    for own, read in zip(law.versions, back.versions, strict=True):
        assert (read.dropped, read.exact) == (own.dropped, own.exact)
    assert back.error_bound(
        {law.limit[0].name: "1/100"}, {"q": 0} if name[0] == "r" and "time" in name else {}
    )


def test_a_theory_goes_as_far_as_asked(theory_of: Callable[..., Theory]) -> None:
    theory = derive(theory_of("algebraic").network, terms=5)
    assert theory["resonant_amplitude"] == theory_of("algebraic").law("resonant_amplitude", terms=5)
    assert theory["forced_amplitude"].is_exact


def test_terms_on_the_command_line() -> None:
    at = ("resonant_amplitude", "--terms", "5", "--at", "F=3/100")
    assert CliRunner().invoke(main, ["evaluate", *at]).stdout == "R = 0.37686963801 + O(F**(17/3))\n"
    refused = CliRunner().invoke(main, ["evaluate", "forced_amplitude", "--terms", "2", "--at", "F=1"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "only a series has as many terms as asked for; got an exact law." in refused.stderr
