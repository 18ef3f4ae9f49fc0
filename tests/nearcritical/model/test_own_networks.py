"""Networks of one's own, from a text to the last digit: p = 6, irrational constants, no closed inverse."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import sympy as sp
from mpmath import mpf, workdps

from analytics.export.formats import export, law_from_record
from analytics.law.law import Law
from analytics.network.network import Network
from nearcritical import derive, exponent, load, measure, network, verify
from nearcritical.model.building import network_of
from nearcritical.model.model_file import model_of_text, read_model
from nearcritical.results.verification import exponent_records

Q = sp.Rational
P6 = Path(__file__).parents[3] / "examples" / "p6.toml"
c = sp.Symbol("c", real=True)

EXPONENTS_OF_SIX = {
    "forced_amplitude": "1/7",
    "detuned_amplitude": "1",
    "resonance_bandwidth": "6/7",
    "relaxation_time": "-6/7",
    "propagation_length": "-6/7",
    "evanescent_length": "-3/7",
    "free_relaxation": "-1/6",
    "static_leak": "-1/3",
}
"""By hand: 1/(p+1), 1, p/(p+1), -p/(p+1), -p/(p+1), -p/(m(p+1)), -1/p and -m/p for p = 6, m = 2."""

LANGEVIN = "coth(3*r) - 1/(3*r)"
IRRATIONAL = b"""
[activation]
profile = "tanh(a*r)/a"
[kernel.stencil]
"1,0" = "-I*c"
"-1,0" = "-I*c"
"0,1" = "c/2"
"0,-1" = "-c/2"
[constants]
a = "sqrt(3)"
c = "sqrt(2)/7"
"""


def test_order_six_is_found() -> None:
    activation = load(P6).activation
    assert (activation.order, activation.coefficient, activation.saturation) == (6, Q(1, 6), 1)
    R = sp.Symbol("R", positive=True)
    assert activation.psi(R) == R / (1 - R**6) ** Q(1, 6)


def test_exponents_of_order_six_measured_to_twelve_digits() -> None:
    """Half a minute: eight exponents, each by its own experiment; what leaks is limited by the size of a ring."""
    records = exponent_records(read_model(P6), (), 12)
    assert {record["observable"]: record["predicted"] for record in records} == EXPONENTS_OF_SIX
    for record in records:
        assert record["passed"], record
        known = 8 if record["observable"] == "static_leak" else 12
        assert abs(Q(record["measured"]) - Q(record["predicted"])) < Q(1, 10**known)


def test_amplitude_of_order_six_to_thirty_digits() -> None:
    found = exponent(derive(load(P6))["resonant_amplitude"], 30)
    assert (found.predicted, found.passed) == (Q(1, 7), True)
    with workdps(40):
        assert abs(found.measured - mpf(1) / 7) < mpf(10) ** -30


def test_an_irrational_constant_stays_exact() -> None:
    """sqrt(2)/7 in file, law and simulation: agreement to 50 digits is none of a double."""
    net = network_of(model_of_text(b'[constants]\nc = "sqrt(2)/7"\n', "m.toml"))
    assert net.constants == {c: sp.sqrt(2) / 7}
    laws = derive(net)
    for name in ("kernel_frequency", "forced_amplitude", "decay_rate"):
        verdict = verify(laws[name], digits=50)
        assert (verdict.passed, verdict.digits_agreed >= 50) == (True, True), verdict.reason
    with workdps(60):
        frequency = laws["kernel_frequency"].evaluate({"k": 1}, 55)
        assert (
            abs(frequency - 2 * mpf(2).sqrt() / 7 * (1 - sp.cos(1).evalf(60)._to_mpmath(200)))
            < mpf(10) ** -54
        )


@pytest.mark.parametrize("text", ["0.3", '"0.3"', "3e-1", '"3/10"', "0.30000"])
def test_a_decimal_is_the_fraction_that_it_writes(text: str) -> None:
    net = network_of(model_of_text(f"[constants]\nc = {text}\n".encode(), "m.toml"))
    assert net.constants == {c: Q(3, 10)}
    found = measure("kernel_frequency", net, {"k": "pi/2"}, 50)
    with workdps(60):
        # a double of 0.3 would be off by 1e-17
        assert abs(found.value - mpf(3) / 5) < mpf(10) ** -50


def test_no_closed_inverse_is_no_obstacle() -> None:
    """psi by reversion as a series, by bracketing as a number: at 15, 50 and 120 digits psi(rho(r)) = r."""
    activation = network(LANGEVIN).activation
    assert not activation.has_closed_inverse
    assert activation.inverse_taylor(3) == (0, 1, 0, Q(3, 5))
    law = derive(network(LANGEVIN))["activation_inverse"]
    for digits in (15, 50, 120):
        with workdps(digits + 10):
            output = mpf(sp.N(activation.rho(Q(7, 10)), digits + 20))
            assert abs(law.evaluate({"R": output}, digits) - mpf(7) / 10) < mpf(10) ** (1 - digits)
    assert verify(law, digits=30).passed


def without_steps(law: Law) -> Law:
    where, others = tuple(map(without_steps, law.where)), tuple(map(without_steps, law.alternatives))
    return dataclasses.replace(law, steps=(), dropped=(), exact=None, where=where, alternatives=others)


@pytest.mark.parametrize(
    "net",
    [
        load(P6),
        network(LANGEVIN, "advection", c="sqrt(2)/7"),
        network_of(model_of_text(IRRATIONAL, "m.toml")),
    ],
    ids=["p6", "langevin/advection", "irrational"],
)
def test_every_law_of_an_own_network_is_read_back_from_json(net: Network) -> None:
    laws = list(derive(net).values())
    assert any(law.where for law in laws)
    assert any(law.alternatives for law in laws)
    assert any(isinstance(law.equation.rhs, sp.Tuple) for law in laws)
    for law, record in zip(laws, json.loads(export(laws, "json")), strict=True):
        assert without_steps(law_from_record(record, net)) == without_steps(law), law.name
    assert without_steps(law_from_record(record)) == without_steps(law), "it stands alone"
