"""Expression trees in balls, node by node as they stand: values, and slopes by the rules of differentiation.

Nothing is simplified, gathered or shared beyond equal nodes: what is enclosed is the expression that was given.
Every node rounds outwards at the precision in force (`flint.ctx.prec`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, reduce
from typing import Any

import sympy as sp
from flint import acb, arb, fmpq

from analytics.errors import PrecisionError
from analytics.expressions.inverse_profile import InverseProfile

Functions = Mapping[str, Callable[..., Any]]
"""Names of SymPy's functions, and "sqrt", "root" (x, n), "power" (x, y), to functions of balls."""


def _atan2(y: Any, x: Any) -> Any:
    """The angle of real numbers, in (-pi, pi]."""
    return arb.atan2(_real(y), _real(x))


def _real(value: Any) -> Any:
    """A real ball, from one that may be complex only in form."""
    if isinstance(value, acb):
        return value.real if value.imag.is_zero() else arb.nan()
    return arb(value)


def _method(name: str) -> Callable[..., Any]:
    """A method of a ball by its name; of its real part where complex balls have none."""

    def function(value: Any, *arguments: Any) -> Any:
        value = arb(value) if isinstance(value, int) else value
        method = getattr(value, name, None)
        return (getattr(_real(value), name) if method is None else method)(*arguments)

    return function


def _leaving(name: str) -> Callable[..., Any]:
    """A function that is complex where it has no real value."""
    real = REAL[name]

    def function(value: Any, *arguments: Any) -> Any:
        found = real(value, *arguments)
        return found if found.is_finite() or isinstance(value, acb) else real(acb(value), *arguments)

    return function


METHODS = (
    "sqrt root exp log sin cos tan cot asin acos atan sinh cosh tanh coth asinh acosh atanh erf erfc erfinv"
)

REAL: dict[str, Callable[..., Any]] = {
    **{name: _method(name) for name in METHODS.split()},
    "Abs": abs,
    "power": pow,
    "atan2": _atan2,
    "re": lambda value: acb(value).real,
    "im": lambda value: acb(value).imag,
    "arg": lambda value: acb(value).arg(),
    "conjugate": lambda value: acb(value).conjugate(),
    "sign": lambda value: _real(value).sgn(),
    "Min": lambda *values: reduce(lambda one, two: one.min(two), map(_real, values)),
    "Max": lambda *values: reduce(lambda one, two: one.max(two), map(_real, values)),
}
"""Functions that an expression may contain, by their names in SymPy: of a ball the ball around all values."""

LEAVING = ("sqrt", "root", "log", "asin", "acos", "atanh", "acosh", "power")

COMPLEX = REAL | {name: _leaving(name) for name in LEAVING}
"""The same, of which some are complex where they have no real value."""

SLOPES: dict[str, Callable[[Any, Any], Any]] = {
    "exp": lambda x, f: f,
    "log": lambda x, f: 1 / x,
    "sin": lambda x, f: x.cos(),
    "cos": lambda x, f: -x.sin(),
    "tan": lambda x, f: 1 + f**2,
    "cot": lambda x, f: -1 - f**2,
    "asin": lambda x, f: 1 / (1 - x**2).sqrt(),
    "acos": lambda x, f: -1 / (1 - x**2).sqrt(),
    "atan": lambda x, f: 1 / (1 + x**2),
    "sinh": lambda x, f: x.cosh(),
    "cosh": lambda x, f: x.sinh(),
    "tanh": lambda x, f: 1 - f**2,
    "coth": lambda x, f: 1 - f**2,
    "asinh": lambda x, f: 1 / (1 + x**2).sqrt(),
    "acosh": lambda x, f: 1 / (x - 1).sqrt() / (x + 1).sqrt(),
    "atanh": lambda x, f: 1 / (1 - x**2),
    "erf": lambda x, f: 2 * (-(x**2)).exp() / arb.pi().sqrt(),
    "erfc": lambda x, f: -2 * (-(x**2)).exp() / arb.pi().sqrt(),
    "erfinv": lambda x, f: (f**2).exp() * arb.pi().sqrt() / 2,
    "Abs": lambda x, f: x.sgn(),
    "sign": lambda x, f: arb(0),
}
"""Name -> f'(x), from x and f(x); of |x| and sign x where x is real and not 0."""


class Tree:
    """Values and slopes of expressions at one place, each node found once.

    known: the values of symbols. slopes: of those symbols that depend on the variable that slopes are taken in.
    A node that is undefined is nan. Raises PrecisionError for a function that is not among `functions`.
    """

    def __init__(
        self,
        functions: Functions,
        known: Mapping[sp.Symbol, Any] | None = None,
        slopes: Mapping[sp.Symbol, Any] | None = None,
        constants: dict[sp.Expr, Any] | None = None,
    ) -> None:
        self.functions = functions
        self.values: dict[sp.Expr, Any] = dict(known or {})
        self.slopes: dict[sp.Expr, Any] = dict(slopes or {})
        self.constants: dict[sp.Expr, Any] = {} if constants is None else constants

    def at(self, known: Mapping[sp.Symbol, Any], slopes: Mapping[sp.Symbol, Any] | None = None) -> Tree:
        """Another place; the constants are kept."""
        return Tree(self.functions, known, slopes, self.constants)

    def among(self, symbol: sp.Symbol, values: Iterable[Any]) -> list[Tree]:
        """Places inside this one, one for each value of `symbol`, along which slopes are taken.

        Every other symbol has the midpoint of its ball there.
        """
        known = {node: ball.mid() for node, ball in self.values.items() if node.is_Symbol}
        return [self.at({**known, symbol: value}, {symbol: arb(1)}) for value in values]

    def value(self, node: sp.Expr) -> Any:
        found = self.constants if _is_constant(node) else self.values
        if node not in found:
            found[node] = self._value(node)
        return found[node]

    def slope(self, node: sp.Expr) -> Any:
        """The derivative along the symbols that have a slope, which for all others is 0."""
        if node not in self.slopes:
            self.slopes[node] = arb(0) if not node.args else self._slope(node)
        return self.slopes[node]

    def _value(self, node: sp.Expr) -> Any:
        if node.is_Rational:
            return arb(fmpq(int(node.p), int(node.q)))
        if not node.args:
            known = {sp.pi: arb.pi(), sp.E: arb(1).exp(), sp.I: acb(0, 1)}
            if node not in known:
                raise _unknown(node)
            return known[node]
        if isinstance(node, InverseProfile):
            return self.inverse(node)(self.value(node.args[1]))
        if node.is_Pow:
            return self._power(node, node.exp)
        if node.is_Add or node.is_Mul:
            first, *others = map(self.value, node.args)
            for other in others:
                first = first + other if node.is_Add else first * other
            return first
        return self._function(type(node).__name__, node)(*map(self.value, node.args))

    def _power(self, node: sp.Pow, exponent: sp.Expr) -> Any:
        """Of the base of a node: its own power, or another."""
        root = self.value(node.base)
        if not exponent.is_Rational:
            return self._function("power", node)(root, self.value(exponent))
        p, q = int(exponent.p), int(exponent.q)
        if q > 1:
            root = self._function("sqrt", node)(root) if q == 2 else self._function("root", node)(root, q)
        return root**p if p > 0 else 1 / root**-p

    def _slope(self, node: sp.Expr) -> Any:
        total = arb(0)
        for place, part in enumerate(node.args):
            if isinstance(part, sp.Expr) and not self.slope(part).is_zero():
                total = total + self._partial(node, place) * self.slope(part)
        return total

    def _partial(self, node: sp.Expr, place: int) -> Any:
        """The derivative of a node along one of its arguments."""
        if node.is_Add:
            return arb(1)
        if node.is_Mul:
            product = arb(1)
            for other, factor in enumerate(node.args):
                product = product if other == place else product * self.value(factor)
            return product
        if node.is_Pow and place == 1:
            return self.value(node) * self.functions["log"](self.value(node.base))
        if node.is_Pow and node.exp.is_Rational:
            return self.value(node.exp) * self._power(node, node.exp - 1)
        if node.is_Pow:
            return self.value(node.exp) * self.value(node) / self.value(node.base)
        if isinstance(node, InverseProfile):
            profile = node.args[0]
            drive = dict.fromkeys(profile.variables, self.value(node))
            return 1 / self.at(drive, dict.fromkeys(drive, arb(1))).slope(profile.expr)
        name = type(node).__name__
        if name not in SLOPES:
            raise _unknown(node)
        return SLOPES[name](self.value(node.args[place]), self.value(node))

    def inverse(self, node: sp.Expr) -> Any:
        """psi of an `InverseProfile`."""
        key = node.args[0]
        if key not in self.constants:
            self.constants[key] = self._function("InverseProfile", node)(key)
        return self.constants[key]

    def _function(self, name: str, node: sp.Expr) -> Callable[..., Any]:
        """That of a constant is complex where it has no real value."""
        if name in LEAVING and _is_constant(node):
            return COMPLEX[name]
        if name not in self.functions:
            raise _unknown(node)
        return self.functions[name]


@lru_cache(maxsize=8192)
def _is_constant(node: sp.Expr) -> bool:
    return not node.free_symbols


def _unknown(node: sp.Expr) -> PrecisionError:
    return PrecisionError(
        "enclosing an expression",
        "every function must exist in ball arithmetic, and every symbol be known",
        node,
        "Write it with powers and elementary functions.",
    )
