"""Chapter 8: rates on weak backgrounds, by the order in which each series misses rates computed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import DerivationError, ParameterError
from analytics.expressions.notation import I0, F, delta, r
from analytics.network.activation import PROFILES, Activation, activation
from analytics.network.kernel import kernel
from analytics.network.network import Network
from derivations import decay
from derivations.decay import Expansion, mean_rate, radial_rate, tangential_rate
from derivations.resonance import resonant_series
from derivations.theory import Theory, derive

Q = sp.Rational
Derived = Callable[..., Theory]
Models = Callable[..., Any]
five = pytest.mark.parametrize("name", PROFILES)
u = sp.Symbol("u", positive=True)  # the p-th power of the scale, (I0/c)^(p/(p+1))

DECADES = (12, 15)
"""Inputs 1e-12 and 1e-15: the term after the one missed is a relative 1e-8 of it or less (p = 2, F^(2/3))."""


def observed_order(misses: list[Any], decades: tuple[int, int] = DECADES) -> float:
    return float(mpmath.log10(misses[0] / misses[1])) / (decades[1] - decades[0])


def in_scale(law: Any, drive: sp.Symbol) -> list[sp.Expr]:
    """An explicit law's branches as polynomials in u, of drive = c u^((p+1)/p)."""
    entry = law.network.activation
    p, c = entry.order, entry.coefficient
    return [
        sp.expand(sp.powdenest(branch.xreplace({drive: c * u ** Q(p + 1, p)}), force=True))
        for branch in law.predictions
    ]


# -- coefficients --


@five
def test_leading_rates(name: str, theory_of: Derived) -> None:
    """(p+2)/2 c t^p for both where they turn; c t^p and (p+1) c t^p where they do not; times the reciprocals."""
    theory = theory_of(name)
    p, c = theory.network.activation.order, theory.network.activation.coefficient
    assert in_scale(theory["decay_rate_underdamped"], I0) == [Q(p + 2, 2) * c * u] * 2
    assert in_scale(theory["decay_rate_overdamped"], I0) == [c * u, (p + 1) * c * u]
    times = in_scale(theory["relaxation_time_resonant"], I0)
    assert [sp.simplify(time.coeff(u, -1)) for time in times] == [1 / c, 1 / ((p + 1) * c)]


def test_constant_terms_of_the_algebraic_times(theory_of: Derived) -> None:
    """1/(-ln(1 - R^2)/2) and a third of it, with R = t - t^3/4 + t^5/24 by hand."""
    R2 = u - u**2 / 2 + u**3 * (Q(1, 16) + Q(1, 12))  # (t - t^3/4 + t^5/24)^2
    slow = sp.series(1 / (-sp.log(1 - R2) / 2), u, 0, 2).removeO()
    fast = sp.series(1 / (-3 * sp.log(1 - R2) / 2), u, 0, 2).removeO()
    times = in_scale(theory_of("algebraic")["relaxation_time_resonant"], I0)
    for time, whole in zip(times, (slow, fast), strict=True):
        for power in (-1, 0):
            assert sp.simplify(time.coeff(u, power) - sp.expand(whole).coeff(u, power)) == 0


@pytest.mark.parametrize("p", [2, 4, 6])
def test_rates_of_any_order(p: int) -> None:
    """r / (1 + r^p)^(1/p) has c = 1/p: rates (p+2)/(2p) t^p, t^p / p, (p+1) t^p / p."""
    entry = Activation("own", r / (1 + r**p) ** Q(1, p))
    theory = derive(Network(entry, kernel("laplacian")))
    assert in_scale(theory["decay_rate_underdamped"], I0)[0] == Q(p + 2, 2 * p) * u
    assert theory["decay_rate_underdamped"].exponents[0] == Q(p, p + 1)
    assert theory["relaxation_time_resonant"].exponents[0] == -Q(p, p + 1)
    assert theory["relaxation_time_detuned"].exponents[0] == -p


# -- orders --


def exact_rates(model: Any, background: Any, wavenumber: Any) -> list[Any]:
    return model.rates(model.drive(background), [wavenumber])  # type: ignore[no-any-return]


@five
@pytest.mark.parametrize(
    "law", ["decay_rate_underdamped", "decay_rate_overdamped", "relaxation_time_resonant"]
)
def test_laws_miss_by_their_stated_order(name: str, law: str, theory_of: Derived, model_of: Models) -> None:
    """On a uniform background; turning at q = 2 of the laplacian, and not at q = 2 of the advection."""
    stencil = "laplacian" if law == "decay_rate_underdamped" else "advection"
    model, stated = model_of(name, stencil), theory_of(name, stencil)[law]
    with mpmath.workdps(110):
        misses: list[list[Any]] = [[], []]
        for decade in DECADES:
            background = mpf(10) ** -decade
            found = stated.branches({"I0": background, "q": 2}, 90)
            truth = exact_rates(model, background, mpf(2))
            if stated.observable == "relaxation_time":
                truth = [1 / rate for rate in truth]
            for branch in (0, 1):
                misses[branch].append(abs(found[branch] - truth[branch]))
        for branch in (0, 1):
            assert observed_order(misses[branch]) == pytest.approx(float(stated.remainder_order), abs=1e-6)


@five
@pytest.mark.parametrize("law", ["decay_rate_detuned", "relaxation_time_detuned"])
def test_laws_off_resonance_miss_by_their_stated_order(
    name: str, law: str, theory_of: Derived, model_of: Models
) -> None:
    """F = 1e-5 and 1e-6, delta = 1/2, q = 2: both branches the same; the next term is F^2 = 1e-10 of the miss."""
    model, stated = model_of(name), theory_of(name)[law]
    with mpmath.workdps(170):
        misses = []
        for decade in (5, 6):
            forcing = mpf(10) ** -decade
            found = stated.branches({"F": forcing, "delta": "1/2", "q": 2}, 130)
            assert found[0] == found[1]
            pre = model.forced(forcing, mpf(1) / 2)
            m = model.matrix(pre, [mpf(2)], [mpf(0)], mpf(1) / 2)
            rate = -mpmath.log(abs(model.eigenvalues(m)[0]))
            truth = rate if law == "decay_rate_detuned" else 1 / rate
            misses.append(abs(found[0] - truth))
        order = observed_order(misses, (5, 6))
    assert order == pytest.approx(float(stated.remainder_order), abs=1e-6)


def test_detuned_rates_are_powers_of_the_linear_amplitude(theory_of: Derived) -> None:
    """(p+2)/2 c (F / (2 |sin(delta/2)|))^p."""
    for name in ("algebraic", "quartic"):
        law = theory_of(name)["decay_rate_detuned"]
        p, c = law.network.activation.order, law.network.activation.coefficient
        linear = F / (2 * sp.Abs(sp.sin(delta / 2)))
        assert sp.simplify(law.predictions[0] - Q(p + 2, 2) * c * linear**p) == 0


@pytest.mark.parametrize("rate", [mean_rate, tangential_rate, radial_rate])
@pytest.mark.parametrize("reciprocal", [False, True])
@pytest.mark.parametrize("terms", [1, 2, 3, 4])
def test_any_number_of_terms(rate: Any, reciprocal: bool, terms: int, model_of: Models) -> None:
    """Series of tanh against -ln of gains from numeric differentiation; t = 1e-4 and 1e-5, 100 digits."""
    expansion = Expansion(activation("tanh"), rate, resonant_series, reciprocal=reciprocal, terms=terms)
    model, misses = model_of("tanh"), []
    with mpmath.workdps(100):
        for decade in (4, 5):
            scale = mpf(10) ** -decade
            along, across = model.gains(model.drive(model.coefficient * scale**3))
            by_rate = {mean_rate: along * across, tangential_rate: across**2, radial_rate: along**2}
            exact = -mpmath.log(by_rate[rate]) / 2
            value = mpmath.mpmathify(sp.N(expansion.value(Q(1, 10**decade)), 90))
            misses.append(abs(value - (1 / exact if reciprocal else exact)))
        assert observed_order(misses, (4, 5)) == pytest.approx(expansion.remainder, abs=1e-5)


# -- where they hold --


def test_each_regime_refuses_the_other(theory_of: Derived) -> None:
    """At q = 0 nothing turns; elsewhere, for an even kernel, everything does on a weak background."""
    theory = theory_of("algebraic")
    with pytest.raises(ParameterError, match="must hold"):
        theory["decay_rate_underdamped"].evaluate({"I0": "1e-9", "q": 0})
    with pytest.raises(ParameterError, match="must hold"):
        theory["decay_rate_overdamped"].evaluate({"I0": "1e-9", "q": 1})
    with pytest.raises(ParameterError):
        theory["decay_rate_detuned"].evaluate({"F": "1e-9", "delta": 0, "q": 1})


def test_which_laws_exist(theory_of: Derived) -> None:
    assert "decay_rate_underdamped" not in theory_of("algebraic", "advection")
    assert "decay_rate_underdamped" in theory_of("algebraic")
    for law in ("decay_rate_underdamped", "decay_rate_overdamped", "relaxation_time_resonant"):
        alternatives = theory_of("algebraic")[law].alternatives
        assert [version.limit for version in alternatives] == [(F, 0)]
    # off resonance an odd kernel turns too: omega_+ = -delta
    assert "decay_rate_detuned" in theory_of("algebraic", "advection")


def test_on_a_resonant_oscillation_the_same_series(theory_of: Derived) -> None:
    law = theory_of("tanh")["relaxation_time_resonant"]
    (other,) = law.alternatives
    assert in_scale(other, F) == in_scale(law, I0)
    assert law.evaluate({"F": "1e-9", "k": "1/3", "q": 0}, 30) == law.evaluate({"I0": "1e-9", "q": 0}, 30)


@pytest.mark.parametrize("rate", ["mean_rate", "tangential_rate", "radial_rate"])
def test_a_wrong_coefficient_stops_the_chapter(
    rate: str, theory_of: Derived, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One part in a million of the second coefficient of a rate: the truncation is not of the stated order."""
    right = getattr(decay, rate)

    def wrong(entry: Activation, order: int) -> tuple[sp.Expr, ...]:
        return tuple(v * (1 + Q(1, 10**6)) if n == 2 else v for n, v in enumerate(right(entry, order)))

    monkeypatch.setattr(decay, rate, wrong)
    monkeypatch.setitem(decay._EXACT, wrong, decay._EXACT[right])
    monkeypatch.setitem(decay._CLAIMS, wrong, decay._CLAIMS[right])
    network = theory_of("algebraic").network
    derived = decay.decay_rate_underdamped if rate == "mean_rate" else decay.decay_rate_overdamped
    with pytest.raises(DerivationError, match="must be of order"):
        derived(network)
