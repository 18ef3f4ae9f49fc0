"""Which profiles are accepted, and why others are refused; judged by mpmath at 300 digits, which shares no code."""

from __future__ import annotations

import ast
import operator
import random
import re
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
import sympy as sp
from mpmath import mpf

from analytics.errors import ActivationError
from analytics.expressions.grammar import parse
from analytics.expressions.notation import r
from analytics.network import scan
from analytics.network.activation import Activation


def read(text: str) -> sp.Expr:
    return parse(text, symbols={"r": r})


OPERATIONS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}


def judged(text: str) -> Callable[[Any], Any]:
    """rho by mpmath at the precision in force, from the tree of the text: no SymPy, no simplification."""
    tree = ast.parse(text, mode="eval").body

    def rho(radius: Any) -> Any:
        def value(node: ast.AST) -> Any:
            match node:
                case ast.Constant():
                    return mpf(node.value)
                case ast.Name():
                    return {"r": radius, "pi": +mpmath.pi, "E": +mpmath.e}[node.id]
                case ast.BinOp():
                    return OPERATIONS[type(node.op)](value(node.left), value(node.right))
                case ast.UnaryOp():
                    return OPERATIONS[type(node.op)](value(node.operand))
                case ast.Call(func=ast.Name()):
                    return getattr(mpmath, node.func.id)(*map(value, node.args))
            raise ValueError(ast.dump(node))

        return value(tree)

    return rho


FAR = {"log": 2000, "exp": 2000, "cosh": 2000, "sinh": 8}
"""The radius up to which mpmath writes a function out, where its terms grow."""


def limit_of(text: str) -> tuple[Any, Any]:
    """rho far out, and how near to the limit that is: a radius of 10**90 unless its terms overflow."""
    radius = min((FAR[name] for name in FAR if name in text), default=10**90)
    return judged(text)(mpf(radius)), mpf(10) ** (-80 if radius > 10**4 else -3 if radius < 10 else -2)


ACCEPTED = {
    # text: (p, contracts)
    "(log(cosh(r+1)) - log(cosh(r-1)))/(2*tanh(1))": (2, True),
    "log(cosh(r+1)/cosh(r-1))/(2*tanh(1))": (2, True),
    "sqrt(1 - exp(-r**2))": (2, True),
    "(1 - exp(-r**4))**(1/4)": (4, True),
    "(log(1+exp(r+2)) - log(1+exp(r-2)) - 2)/(2*(1/(1+exp(-2)) - 1/2))": (2, True),
    "(sqrt(1+(r+1)**2) - sqrt(1+(r-1)**2))/sqrt(2)": (2, True),
    "acos(1/sqrt(1+r**2))": (2, True),
    "asin(tanh(r))": (2, True),
    "(1 - erfc(r))*sqrt(pi)/2": (2, True),
    "sqrt(1 - 1/cosh(sqrt(2)*r))": (2, True),
    "sqrt(2*(1-1/sqrt(1+r**2)))": (2, True),
    "sqrt(log(2-exp(-r**2)))": (2, True),
    "sqrt(atan(r**2))": (4, True),
    "tanh(r**5)**(1/5)": (10, True),
    "tanh(sinh(r))": (2, True),
    "tanh(sinh(sinh(r)))": (4, True),
    "erf(sinh(r)*sqrt(pi)/2)": (2, True),
    "tanh(r)*cosh(1)/sqrt(1+sinh(1)**2)": (2, True),
    "tanh(r)*(sqrt(2)+sqrt(3))/sqrt(5+2*sqrt(6))": (2, True),
    "3/r*(r*coth(r)-1)": (2, True),
    "2*log(cosh(r))/r": (2, True),
    "tan(tanh(r))": (4, True),
    "acos(1/cosh(r))": (2, True),
    "sqrt(tanh(r)*atan(r))": (2, True),
    "r*sqrt((1 + r**4)/(1 + 3*r**2 + r**4 + r**6/300))": (2, False),
}


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_sigmoid_of_unit_gain_is_accepted(text: str) -> None:
    """With the order, coefficient and saturation that mpmath sees at a radius of 1e-12 and far out."""
    order, contracts = ACCEPTED[text]
    entry = Activation("own", read(text))
    assert (entry.order, entry.contracts) == (order, contracts)
    with mpmath.workdps(300):
        radius = mpf(10) ** -12
        bend = (radius - judged(text)(radius)) / radius ** (order + 1)
        assert abs(bend - mpf(sp.N(entry.coefficient, 40))) < mpf(10) ** -15 * bend
        far, near = limit_of(text)
        assert abs(far - mpf(sp.N(entry.saturation, 100))) < near


def drawn(lot: random.Random) -> tuple[str, str]:
    """(a valid profile, the same made invalid): bases in other units, mixed, their arguments and values bent."""
    bases = [
        *("tanh({x})", "atan({x})", "2*erf({x}*sqrt(pi)/2)/2", "({x})/sqrt(1+({x})**2)", "asin(tanh({x}))"),
        *("3*(coth({x}) - 1/({x}))", "sqrt(1-exp(-({x})**2))", "atan(sinh({x}))", "2*atan(exp({x})) - pi/2"),
        "(log(cosh({x}+1)) - log(cosh({x}-1)))/(2*tanh(1))",
    ]
    unit = lot.choice(["7/3", "sqrt(2)", "1/5", "pi/4", "E/2", "sqrt(8)/3", "12"])
    share = f"{lot.randint(1, 8)}/9"
    one, other = (base.format(x=f"{unit}*r") for base in lot.sample(bases, 2))
    valid = f"{share}*({one})/({unit}) + (1 - {share})*({other})/({unit})"
    spoilt = lot.choice(
        [f"({valid})*(1 + 1/10**{lot.randint(1, 40)})", f"({valid})*(2 - exp(-r**4))/(1 + r**4/50)"]
    )
    return valid, spoilt


@pytest.mark.parametrize("seed", range(8))
def test_drawn_profiles_are_accepted_and_their_spoilt_ones_refused_with_true_values(seed: int) -> None:
    valid, spoilt = drawn(random.Random(seed))
    entry = Activation("own", read(valid))
    with mpmath.workdps(200):
        radius = mpf(10) ** -12
        bend = (radius - judged(valid)(radius)) / radius**3
        assert abs(bend - mpf(sp.N(entry.coefficient, 40))) < mpf(10) ** -15 * bend
        assert abs(judged(valid)(mpf(2000)) - mpf(sp.N(entry.saturation, 40))) < mpf(10) ** -2
    with pytest.raises(ActivationError) as caught:
        Activation("own", read(spoilt))
    check_what_is_shown(str(caught.value), spoilt)


def check_what_is_shown(message: str, text: str) -> None:
    """rho(x) = y of a message against mpmath at the radius of the grid that x rounds, or at x itself."""
    shown = re.findall(r"rho\(([0-9.e+-]+)\) = ([0-9.e+-]+)(?= and|\. )", message)
    with mpmath.workdps(200):
        if "gain" in message:
            radius = mpf(10) ** -60
            stated = sp.N(read(re.search(r"got (.*?)\. Divide", message).group(1)), 60)  # type: ignore[union-attr]
            assert abs(judged(text)(radius) / radius - mpf(stated)) < mpf(10) ** -55
            return
        assert shown
        for place, value in shown:
            radius = nearest(mpf(place))
            assert abs(judged(text)(radius) / mpf(value) - 1) < mpf(10) ** -5


def nearest(place: Any) -> Any:
    """The radius of the scan's grid next to a rounded one."""
    return min((mpf(int(x.p)) / int(x.q) for x in scan.radii(scan.PER_DECADE)), key=lambda x: abs(x - place))


DENTS = {
    "tanh(r)*(1 + r**2*exp(-(1000*(r**2-9))**2)/100)": 9,
    "atan(r)*(1 + r**4*exp(-(300*(r**2-2))**2)/50)": 2,
}
"""Profiles that fall within a thousandth of a radius between those of the grid -> the square of that radius."""


@pytest.mark.parametrize("text", DENTS)
def test_a_dent_between_the_radii_is_found(text: str) -> None:
    with pytest.raises(ActivationError, match=r"rho must increase; got rho'\(") as caught:
        Activation("own", read(text))
    found, slope = map(mpf, re.search(r"rho'\(([0-9.]+)\) = (-[0-9.]+)\. ", str(caught.value)).groups())  # type: ignore[union-attr]
    assert abs(found**2 - DENTS[text]) < 0.05
    with mpmath.workdps(40):
        # the radius is shown to ten digits, the slope changes over some 1e-4
        assert abs(mpmath.diff(judged(text), found) / slope - 1) < 0.01


def test_values_that_differ_late_are_shown_to_the_digit_that_differs() -> None:
    with pytest.raises(
        ActivationError, match=r"must increase; got rho\(42\.17\) = (\S+) and rho\(48\.70\) = (\S+)\. "
    ):
        Activation("own", read("tanh(r)*(1 - 1/10**30) + r/(10**30*(1+r**2))"))


def test_terms_that_are_too_large_are_no_pole() -> None:
    with pytest.raises(ActivationError, match="whose terms are too large at r"):
        Activation("own", read("(exp(exp(exp(r))) - 1)/(exp(exp(exp(r))) + 1)"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sqrt(atan(r))", r"with sqrt\(r\)"),
        ("tanh(r)*(1 + exp(-1/r**2))/2", "whose Taylor series is not found"),
    ],
)
def test_what_is_not_smooth_is_told_from_what_is_not_expanded(text: str, reason: str) -> None:
    with pytest.raises(ActivationError, match=rf"rho must be smooth at 0; got .*{reason}"):
        Activation("own", read(text))


def test_the_limit_of_an_inverse_function_is_a_number_of_its_own() -> None:
    entry = Activation("own", read("erfinv(tanh(r)/2)*4/sqrt(pi)"))
    assert entry.saturation == 4 * sp.erfinv(sp.Rational(1, 2)) / sp.sqrt(sp.pi)
    assert not Activation("own", read("tan(tanh(r))")).has_closed_inverse
