"""The theory as a whole: every law of every network is derived step by checked step, and only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import pytest
import sympy as sp

from analytics.errors import DerivationError, LawError, NearCriticalError, UnknownNameError
from analytics.expressions import series
from analytics.expressions.notation import F, r
from analytics.law.law import Law
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import STENCILS, Kernel, kernel
from analytics.network.network import Network
from derivations import resonance
from derivations.chapter import Chapter, Maker, derived
from derivations.theory import Theory, chapters, derive

LAWS = [
    "activation_taylor", "activation_inverse", "kernel_frequency",
    "forced_amplitude", "forced_phase", "forced_amplitude_taylor",
    "resonant_amplitude_exact", "resonant_amplitude", "detuned_amplitude", "resonance_bandwidth",
    "background_amplitude",
    "radial_gain", "tangential_gain", "bloch_matrix", "characteristic_polynomial",
    "dispersion_relation", "decay_rate", "relaxation_time", "exceptional_point", "group_velocity",
    "decay_rate_underdamped", "decay_rate_overdamped", "relaxation_time_resonant", "decay_rate_detuned", "relaxation_time_detuned",
    "complex_wavenumber", "susceptibility", "propagation_length", "evanescent_length",
    "free_relaxation", "free_relaxation_asymptotic",
    "two_tone_amplitudes", "combination_tone_amplitudes", "largest_growth",
    "static_leak", "leak_phase_slope",
]  # fmt: skip
REAL = [
    "real_background_amplitude", "real_dispersion_relation", "real_decay_rate", "real_decay_rate_small",
    "real_complex_wavenumber", "real_propagation_length",
    "real_cosine_amplitude", "real_cosine_expansion", "real_cosine_harmonics",
]  # fmt: skip
Q = sp.Rational


@pytest.mark.parametrize(
    ("activation_name", "kernel_name"),
    [*((name, "laplacian") for name in PROFILES), ("algebraic", "advection")],
)
def test_every_law_of_every_network_is_derived_in_checked_steps(
    activation_name: str, kernel_name: str, theory_of: Callable[..., Theory]
) -> None:
    theory = theory_of(activation_name, kernel_name)
    assert set(theory) <= {*LAWS, *(REAL if kernel_name == "advection" else [])}
    for name, law in theory.items():
        assert law.name == name
        assert law.network == Network(activation(activation_name), kernel(kernel_name))
        assert len(law.steps) >= 2
        _assert_checked(law)


def test_a_law_is_derived_as_far_as_asked_for(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("tanh", "advection")
    assert theory.law("resonant_amplitude") is theory["resonant_amplitude"]
    for terms in (1, 4):
        law = theory.law("resonant_amplitude", terms=terms)
        assert len(law.exponents) == terms + 1
        assert law == resonance.resonant_amplitude(theory.network, terms=terms)
    fifth = theory.law("real_cosine_harmonics", number=5)
    assert str(fifth.subject) == "R5"
    assert fifth.exponents[0] == Q(5, 3)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("resonant_amplitude", {"term": 2}, r"unknown option; got 'term'. Did you mean terms\?"),
        ("group_velocity", {"terms": 2}, "only a series has as many terms as asked for; got an exact law"),
        ("resonant_amplitud", {"terms": 2}, "Did you mean resonant_amplitude"),
        ("two_tone_amplitudes", {"terms": 2}, "requires a kernel of finite stencil on a ring"),
        ("resonant_amplitude", {"terms": 0}, "terms must be a whole number from 1 on; got 0"),
        ("resonant_amplitude", {"terms": 1.5}, "terms must be a whole number from 1 on; got 1.5"),
        ("resonant_amplitude", {"terms": True}, "terms must be a whole number from 1 on; got True"),
    ],
)
def test_options_that_a_law_has_not(name: str, options: dict[str, Any], message: str) -> None:
    theory = derive(Network(activation("algebraic"), kernel("laplacian", dimension=2)))
    with pytest.raises(NearCriticalError, match=message):
        theory.law(name, **options)


def _assert_checked(law: Law) -> None:
    """Every step was compared in numbers but a definition and an evident one; an asymptotic law has a truncation."""
    kinds = [step.check.kind for step in law.steps]
    assert set(kinds) <= {"identity", "truncation", "definition", "evident"}
    for step in law.steps:
        assert step.claim.endswith(".")
        assert isinstance(step.equation, sp.Eq)
        assert (step.check.points > 0) == (step.check.kind not in ("definition", "evident"))
        assert (step.remainder is not None) == (step.check.kind == "truncation")
    assert set(kinds) != {"definition"}
    if not law.is_exact:
        assert "truncation" in kinds
    assert law.meaning
    assert law.validity
    assert law.source


@pytest.mark.parametrize("kernel_name", STENCILS)
def test_laws_on_a_lattice_of_two_dimensions(kernel_name: str, theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic", kernel_name, 2)
    for law in theory.values():
        _assert_checked(law)
    assert [p.name for p in theory["kernel_frequency"].parameters] == ["k1", "k2"]
    assert [p.name for p in theory["forced_phase"].parameters] == ["F", "delta", "k1", "k2"]


def test_order_of_names_is_that_of_the_chapters(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic")
    assert list(theory) == LAWS
    assert list(theory.keys()) == LAWS
    assert len(theory) == len(LAWS)
    assert [
        name for chapter in theory.chapters for name in chapter.names if name not in theory.absent
    ] == LAWS
    assert [chapter.number for chapter in theory.chapters] == sorted(c.number for c in theory.chapters)
    assert all(chapter.title and chapter.summary.endswith(".") for chapter in chapters())


def test_scaling_laws_are_those_with_a_leading_power(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("algebraic")
    assert [law.name for law in theory.scaling] == [
        "resonant_amplitude", "detuned_amplitude", "resonance_bandwidth", "relaxation_time_resonant",
        "propagation_length", "evanescent_length", "free_relaxation_asymptotic",
        "static_leak",
    ]  # fmt: skip
    assert all(len(law.exponents) >= 2 for law in theory.scaling)


def test_membership_and_description(theory_of: Callable[..., Theory]) -> None:
    theory = theory_of("tanh", "advection")
    assert "forced_phase" in theory
    assert "forced_phas" not in theory
    assert repr(theory) == f"<Theory of tanh/advection: {len(theory)} laws>"


def test_unknown_law_suggests_the_near_ones(theory_of: Callable[..., Theory]) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean resonant_amplitude"):
        theory_of("algebraic")["resonant_amplitud"]
    assert theory_of("algebraic").get("nothing like it") is None  # as any mapping


def test_what_a_law_needs_is_said_where_it_is_missing(theory_of: Callable[..., Theory]) -> None:
    needs = {law.name: law.requires.words for chapter in chapters() for law in chapter.laws if law.requires}
    absent = theory_of("algebraic").absent
    assert absent == {name: needs[name] for name in absent}
    assert set(absent) == {*REAL, "modulated_attenuation"}
    with pytest.raises(
        UnknownNameError, match=r"evanescent_length requires a kernel .* and is even; got rho = tanh"
    ):
        theory_of("tanh", "advection")["evanescent_length"]


# -- laziness --


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the laws derived, in order, each chapter's functions being wrapped."""
    derived: list[str] = []

    def counting(law: Maker) -> Maker:
        @wraps(law.function)
        def counted(network: Network) -> Law:
            derived.append(law.name)
            return law.function(network)

        return replace(law, function=counted)

    wrapped = tuple(replace(chapter, laws=tuple(map(counting, chapter.laws))) for chapter in chapters())
    monkeypatch.setattr("derivations.theory.chapters", lambda: wrapped)
    return derived


def test_a_law_is_derived_when_it_is_asked_for_and_once(counted: list[str], default_network: Network) -> None:
    theory = derive(default_network)
    assert list(theory)
    assert len(theory) == len(LAWS)
    assert "forced_phase" in theory
    assert counted == []
    first = theory["activation_inverse"]
    assert counted == ["activation_inverse"]
    assert theory["activation_inverse"] is first
    assert counted == ["activation_inverse"]
    assert theory["kernel_frequency"].name == "kernel_frequency"
    assert counted == ["activation_inverse", "kernel_frequency"]


def test_whether_a_law_exists_is_asked_once(
    monkeypatch: pytest.MonkeyPatch, default_network: Network
) -> None:
    asked: list[str] = []

    def counting(law: Maker) -> Maker:
        def counted(network: Network) -> bool:
            asked.append(law.name)
            return law.requires is None or law.requires.holds(network)

        return law if law.requires is None else replace(law, requires=replace(law.requires, holds=counted))

    wrapped = tuple(replace(chapter, laws=tuple(map(counting, chapter.laws))) for chapter in chapters())
    monkeypatch.setattr("derivations.theory.chapters", lambda: wrapped)
    theory = derive(default_network)
    assert asked == []
    assert "exceptional_point" in theory
    assert list(theory) == LAWS
    assert len(theory) == len(LAWS)
    assert "forced_phase" in theory
    assert sorted(asked) == sorted(law.name for chapter in wrapped for law in chapter.laws if law.requires)


def test_a_chapter_of_its_own_file_is_found() -> None:
    assert all(isinstance(chapter, Chapter) for chapter in chapters())
    titles = [chapter.title for chapter in chapters()]
    assert len(set(titles)) == len(titles) >= 5


def test_a_law_has_the_name_of_the_function_that_derives_it(default_network: Network) -> None:
    renamed = replace(resonance.resonant_amplitude, function=_another_name)
    assert renamed(default_network).name == "_another_name"
    assert renamed(default_network).alternatives[0].name == "_another_name"
    assert Chapter(1, "", "", (renamed,)).names == ("_another_name",)


def _another_name(network: Network) -> Law:
    law = resonance.resonant_amplitude(network)
    return replace(law, alternatives=(replace(law, name="yet another"),))


def test_what_is_wrong_in_a_derivation_is_said_with_the_name_of_the_law(default_network: Network) -> None:
    @derived()
    def unfinished(network: Network) -> Law:
        return replace(resonance.resonant_amplitude(network), parameters=(), remainder=None, limit=None)

    with pytest.raises(LawError, match=r"^law 'unfinished', law 'resonant_amplitude': every symbol must be"):
        unfinished(default_network)


# -- networks of one's own --


def test_own_activation_of_order_six_has_the_exponents_of_order_six() -> None:
    """1/(p+1) = 1/7, p/(p+1) = 6/7 and 1, with remainders from the next term: powers of F^(6/7) apart."""
    theory = derive(Network(Activation("sextic", r / (1 + r**6) ** Q(1, 6)), kernel("laplacian")))
    assert theory["resonant_amplitude"].exponents == (Q(1, 7), 1, Q(13, 7), Q(25, 7))  # no t^19 term
    assert theory["resonance_bandwidth"].exponents[0] == Q(6, 7)
    assert theory["detuned_amplitude"].exponents == (1, 7)
    for name in theory:
        _assert_checked(theory[name])


@pytest.mark.parametrize(
    "profile", [r / (1 + r**10) ** Q(1, 10), sp.tanh(100 * r) / 100], ids=["p = 10", "saturates at 1/100"]
)
def test_profiles_of_high_order_and_of_low_saturation(profile: sp.Expr) -> None:
    theory = derive(Network(Activation("own", profile), kernel("laplacian")))
    for name in (
        "forced_amplitude_taylor",
        "resonant_amplitude_exact",
        "resonance_bandwidth",
        "exceptional_point",
    ):
        _assert_checked(theory[name])


def test_network_whose_inverse_has_no_closed_form() -> None:
    profile = (sp.tanh(r) + r / sp.sqrt(1 + r**2)) / 2
    theory = derive(Network(Activation("mixed", profile), kernel("advection")))
    for name in LAWS[: LAWS.index("relaxation_time") + 1]:  # the expansions of later chapters take minutes
        _assert_checked(theory[name])
    # c = 5/12: the leading term is (12 F / 5)^(1/3)
    leading = sp.limit(theory["resonant_amplitude"].equation.rhs / F ** Q(1, 3), F, 0)
    assert sp.simplify(leading**3 - Q(12, 5)) == 0


def test_own_complex_kernel_with_a_drift() -> None:
    """A(0) = i/2, A(1) = 1/7 + i/10, A(-1) = -1/7 + i/10: neither even nor odd, and omega(0) = 7/10."""
    stencil = (((0,), sp.I / 2), ((1,), Q(1, 7) + sp.I / 10), ((-1,), Q(-1, 7) + sp.I / 10))
    theory = derive(Network(activation("algebraic"), Kernel("own", stencil)))
    for name in theory:
        _assert_checked(theory[name])


# -- a wrong line stops the chapter --


def test_a_wrong_series_stops_the_chapter(monkeypatch: pytest.MonkeyPatch, default_network: Network) -> None:
    """The t^3 coefficient off by one part in a million: inserted back, psi(R) - R = c t^3 no longer holds."""
    right = resonance.resonant_series

    def wrong(entry: Activation, order: int) -> series.Series:
        coefficients = list(right(entry, order))
        coefficients[3] *= 1 + Q(1, 10**6)
        return tuple(coefficients)

    monkeypatch.setattr(resonance, "resonant_series", wrong)
    with pytest.raises(DerivationError, match="law 'resonant_amplitude', step 'Revert the series"):
        resonance.resonant_amplitude(default_network)


@pytest.mark.parametrize("name", ["resonance_bandwidth", "resonant_amplitude"])
def test_a_wrong_power_stops_the_chapter(
    name: str, monkeypatch: pytest.MonkeyPatch, default_network: Network
) -> None:
    right = resonance.series.power

    def wrong(coefficients: Any, exponent: sp.Expr) -> series.Series:
        found = right(coefficients, exponent)
        return (*found[:2], found[2] + Q(1, 1000), *found[3:]) if len(found) > 2 else found

    monkeypatch.setattr(resonance.series, "power", wrong)
    with pytest.raises(DerivationError):
        getattr(resonance, name)(default_network)
