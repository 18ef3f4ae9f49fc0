"""Networks that were refused or misread though valid: each with its right value, found by bisection or by hand."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from nearcritical import check, derive, network
from nearcritical.model.building import network_of
from nearcritical.model.model_file import model_of_text

FLUX = """
[activation]
name = "algebraic"
[kernel]
name = "flux"
[kernel.stencil]
"1" = "I*t*exp(I*phi)"
"-1" = "I*t*exp(-I*phi)"
[constants]
t = "2/5"
phi = "{phi}"
"""
FLAT = b"""
[activation]
name = "algebraic"
[kernel]
name = "flat-edge"
[kernel.stencil]
"0" = "2*I*(t1 + t2)"
"1" = "-I*t1"
"-1" = "-I*t1"
"2" = "-I*t2"
"-2" = "-I*t2"
[constants]
t1 = "3/10"
t2 = "-3/40"
"""
BISTABLE = "r*sqrt((1 + r**4)/(1 + 3*r**2 + r**4 + r**6/300))"

RESPONSES = {
    "(log(cosh(r+1)) - log(cosh(r-1)))/(2*tanh(1))": "0.406276581934721473753727392284",
    "log(cosh(r+1)/cosh(r-1))/(2*tanh(1))": "0.406276581934721473753727392284",
    "sqrt(1 - exp(-r**2))": "0.334815126562031029254709793268",
}
"""Profile -> R at F = 1/100 on resonance, by bisection to 60 digits."""


@pytest.mark.parametrize("profile", RESPONSES)
def test_a_profile_has_its_response(profile: str) -> None:
    law = derive(network(profile, "laplacian"))["forced_amplitude"]
    found = law.evaluate({"F": "1/100", "delta": "0"}, digits=20)
    with mpmath.workdps(30):
        assert abs(found / mpf(RESPONSES[profile]) - 1) < mpf(10) ** -20


def test_a_quantum_walk_has_its_group_velocity() -> None:
    """omega = acos(cos t cos k): v = cos t sin k/sqrt(1 - cos^2 t cos^2 k)."""
    theory = derive(network("tanh", "acos(cos(t)*cos(k))", t="pi/5"))
    with mpmath.workdps(30):
        assert abs(theory["kernel_frequency"].evaluate({"k": "1/2"}, digits=20) - mpf("0.78132764472023781546288769972")) < mpf(10) ** -20  # fmt: skip
        assert abs(theory["group_velocity"].evaluate({"q": "1/2"}, digits=20) - mpf("0.5507681610827178896")) < mpf(10) ** -19  # fmt: skip


@pytest.mark.parametrize(
    ("phi", "real"), [("pi/2", True), ("-pi/2", True), ("3*pi/2", True), ("pi/3", False)]
)
def test_a_flux_of_a_quarter_turn_is_advection(phi: str, real: bool) -> None:
    """omega = 2 t cos phi cos k + 2 t sin phi sin k, at phi = pi/2 that of the real kernel, (4/5) sin k."""
    theory = derive(network_of(model_of_text(FLUX.format(phi=phi).encode(), "flux.toml")))
    assert theory.network.kernel.is_real == real
    assert ("real_decay_rate" in theory) == real
    with mpmath.workdps(30):
        t, angle = mpf(2) / 5, mpmath.pi * {"pi/2": 0.5, "-pi/2": -0.5, "3*pi/2": 1.5, "pi/3": mpf(1) / 3}[phi]  # fmt: skip
        expected = 2 * t * mpmath.cos(angle) * mpmath.cos(1) + 2 * t * mpmath.sin(angle) * mpmath.sin(1)
        assert abs(theory["kernel_frequency"].evaluate({"k": "1"}, digits=15) - expected) < mpf(10) ** -15
    for name in ("background_amplitude", "dispersion_relation", *(["real_decay_rate"] if real else [])):
        assert (f"phi = {phi}" in theory[name].validity) == real


def test_a_formula_may_use_the_constant_that_a_relation_replaced() -> None:
    flat = network_of(model_of_text(FLAT, "flat.toml"))
    right, wrong = ("omega = -4*t2*(1 - cos(k))**2", "omega = -4*t2*(1 - cos(k))")
    assert check(right, "kernel_frequency", flat, digits=12).kind == "exact"
    assert check(wrong, "kernel_frequency", flat, digits=12).kind == "wrong"


def test_a_flat_edge_has_the_length_of_its_least_damped_wave() -> None:
    """t1 (1 - cos q)^2 = the two roots of the gains, solved to 40 digits: 1/min |Im q|, and m = 4."""
    theory = derive(network_of(model_of_text(FLAT, "flat.toml")))
    waves = theory["complex_wavenumber"].branches({"I0": "1/1000000", "Omega": "0"}, digits=15)
    with mpmath.workdps(20):
        assert abs(waves[0].imag * mpf("12.5746523633842") - 1) < mpf(10) ** -13
    assert theory["evanescent_length"].exponents[0] == -sp.Rational(1, 6)


SLOPED = {(2, 8): "0.53791422228", (2, 27): None, (2, 125): None, (4, 32): None, (6, 128): None}
"""(p, a) of r/(1 + r^p/a)^(1/p), in whose enclosures a factor was lost -> R at F = 1/100, where it was noted."""


@pytest.mark.parametrize("p_a", SLOPED, ids=str)
def test_an_enclosure_holds_the_amplitude(p_a: tuple[int, int]) -> None:
    """On resonance, by bisection of psi(R) - R = F in the pre-activation."""
    p, a = p_a
    law = derive(network(f"r/(1 + r**{p}/{a})**(1/{p})", "laplacian"))["forced_amplitude"]
    found = law.evaluate({"F": "1/100", "delta": "0"}, 15, enclosure=True)
    with mpmath.workdps(80):

        def miss(drive: mpf) -> mpf:
            return drive - drive / mpmath.root(1 + drive**p / a, p) - mpf(1) / 100

        right = mpmath.findroot(miss, (0, 10), solver="bisect", maxsteps=270, verify=False) - mpf(1) / 100
        assert abs(miss(right + mpf(1) / 100)) < mpf(10) ** -75
        assert abs(found.midpoint - right) <= found.radius
        if noted := SLOPED[p_a]:
            assert abs(right - mpf(noted)) < mpf(10) ** -11


def test_a_strong_input_all_but_saturates() -> None:
    """tanh(r^3)^(1/3) at I0 = 5: 1 - R = 1.6e-188, P = 6 but for that."""
    theory = derive(network("tanh(r**3)**(1/3)", "laplacian"))
    assert theory["background_amplitude"].evaluate({"I0": "5"}, digits=20) == 1
    assert abs(theory["tangential_gain"].evaluate({"I0": "5"}, digits=20) * 6 - 1) < mpf(10) ** -19


def test_an_increasing_profile_that_does_not_contract_has_its_one_state() -> None:
    """psi(R) - R = 20 by bisection in the pre-activation: one state."""
    states = derive(network(BISTABLE, "laplacian"))["forced_amplitude"].states(
        {"F": "20", "delta": "0"}, digits=20
    )
    with mpmath.workdps(40):

        def rho(x: mpf) -> mpf:
            return x * mpmath.sqrt((1 + x**4) / (1 + 3 * x**2 + x**4 + x**6 / 300))

        drive = mpmath.findroot(lambda x: x - rho(x) - 20, (20, 40), solver="anderson", tol=1e-60)
        assert [abs(state.amplitude / rho(drive) - 1) < mpf(10) ** -19 for state in states] == [True]
