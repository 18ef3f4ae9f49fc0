"""Expressions to fast functions, in any number system: mpmath, ball arithmetic, arrays.

An expression is translated to Python once. Its exact constants (rationals, pi, sqrt(2), ...) are converted
once by the number system that binds it, at that system's precision, and never pass through a double.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import sympy as sp
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pycode import AbstractPythonCodePrinter

from analytics.errors import LawError, PrecisionError
from analytics.exclusive import in_turn
from analytics.expressions.inverse_profile import InverseProfile

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A number system.

    constant: an exact SymPy number (a rational, pi, sqrt(2), I, ...) to a number of the system.
    functions: SymPy class name ("sin", "Abs", "erfinv", ...) to the function; also "sqrt" and,
        where there are such, "root" (x, n) and "power" (x, y). "InverseProfile" takes the
        Lambda of rho and gives psi.
        "where" (condition, a, b) replaces the lazy choice of a scalar system.
    """

    constant: Callable[[sp.Expr], Any]
    functions: Mapping[str, Function]


def function_of(arguments: Sequence[sp.Symbol], expression: sp.Expr, arithmetic: Arithmetic) -> Function:
    """The function arguments -> `expression`, positional, in the numbers of `arithmetic`.

    Integer powers are taken with **, half-integer ones through sqrt, other roots through "root" or "power".
    Common sub-expressions are computed once. Raises PrecisionError for a function the system lacks.
    """
    return _bound(_template(tuple(arguments), expression, "where" in arithmetic.functions), arithmetic)


def constant_of(value: sp.Expr, arithmetic: Arithmetic) -> Any:
    """A compound constant such as sqrt(2)/7, from the rationals, pi, E and I that `arithmetic` converts."""
    return _bound(_template((), value, False, atoms_only=True), arithmetic)()


def _bound(template: _Template, arithmetic: Arithmetic) -> Function:
    """The template's code with the names of its constants and functions given their values."""
    namespace = dict(template.namespace)
    for name in template.functions:
        if name not in arithmetic.functions:
            raise PrecisionError(
                "compiling an expression",
                "every function must exist in the number system",
                name,
                "Use another engine.",
            )
        namespace[name] = arithmetic.functions[name]
    for name, value in template.constants:
        namespace[name] = arithmetic.constant(value)
    for name, profile in template.profiles:
        namespace[name] = arithmetic.functions["InverseProfile"](profile)
    return FunctionType(template.code, namespace, "compiled")


@dataclass(frozen=True, slots=True)
class _Template:
    """Code whose constants and functions are still names."""

    code: CodeType
    namespace: dict[str, Any]
    constants: tuple[tuple[str, sp.Expr], ...]
    profiles: tuple[tuple[str, sp.Lambda], ...]
    functions: tuple[str, ...]


@lru_cache(maxsize=512)
@in_turn
def _template(
    arguments: tuple[sp.Symbol, ...], expression: sp.Expr, vectorised: bool, atoms_only: bool = False
) -> _Template:
    strangers = expression.free_symbols - set(arguments)
    if strangers:
        raise LawError(
            "compiling an expression",
            "every symbol must be among the arguments",
            ", ".join(sorted(map(str, strangers))),
            "Give it a value first.",
        )
    places = [sp.Symbol(f"_x{index}") for index in range(len(arguments))]
    lifting = _Lifting(atoms_only, dict(zip(arguments, places, strict=True)))
    body = lifting.rewrite(expression)
    # inside a lazy choice nothing may be computed ahead: the branch not taken can divide by zero
    printer = _Printer(vectorised, set() if vectorised or body.has(sp.Piecewise) else _repeated(body))
    # no docstring: it would print the expression, see _Printer
    function = sp.lambdify(places, body, modules=[{}], printer=printer, cse=vectorised, docstring_limit=0)
    return _Template(
        function.__code__,
        {"__builtins__": {}},
        tuple((name, value) for value, name in lifting.constants.items()),
        tuple((name, profile) for profile, name in lifting.profiles.items()),
        tuple(sorted(printer.used - set(lifting.profiles.values()))),
    )


def _repeated(expression: sp.Expr) -> set[sp.Basic]:
    """The compound parts that occur more than once; of a power its base too, as a quotient is printed without it."""
    seen: set[sp.Basic] = set()
    again: set[sp.Basic] = set()
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if part in seen:
            again.update((part, part.base) if part.is_Pow and part.base.args else (part,))
        elif part.args:
            seen.add(part)
            waiting += part.args
    return again


class _Lifting:
    """Takes the exact constants out of an expression, each once, and leaves names; symbols get those of their places.

    What it stands between is left as it is: SymPy would evaluate it anew.
    """

    def __init__(self, atoms_only: bool, places: Mapping[sp.Symbol, sp.Symbol]) -> None:
        self.atoms_only, self.places = atoms_only, places
        self.constants: dict[sp.Expr, str] = {}
        self.profiles: dict[sp.Lambda, str] = {}

    def constant(self, value: sp.Expr) -> sp.Expr:
        if value.is_Integer and abs(value) < 2**31:
            return value
        return sp.Symbol(self.constants.setdefault(value, f"_c{len(self.constants)}"))

    def rewrite(self, expression: Any) -> Any:
        if isinstance(expression, sp.Expr) and not expression.free_symbols:
            if not (self.atoms_only and expression.args) or expression.is_Rational:
                return self.constant(expression)
        elif not expression.args:
            return self.places.get(expression, expression)
        if isinstance(expression, InverseProfile):
            profile, argument = expression.args
            name = self.profiles.setdefault(profile, f"_psi{len(self.profiles)}")
            return sp.Function(name)(self.rewrite(argument))
        if isinstance(expression, sp.Add | sp.Mul):
            fixed = [argument for argument in expression.args if not argument.free_symbols]
            if len(fixed) > 1 and not self.atoms_only:
                moving = [self.rewrite(argument) for argument in expression.args if argument.free_symbols]
                return expression.func(*moving, self.constant(expression.func(*fixed)), evaluate=False)
        if expression.is_Pow and expression.exp.is_Rational:
            base, exponent = self.rewrite(expression.base), expression.exp
            if exponent.q > 2 and exponent.p != 1:  # several powers of one root share it
                base, exponent = (
                    sp.Pow(base, sp.Rational(1, exponent.q), evaluate=False),
                    sp.Integer(exponent.p),
                )
            return sp.Pow(base, exponent, evaluate=False)
        if isinstance(expression, sp.Tuple):
            return expression.func(*map(self.rewrite, expression.args))
        return expression.func(*map(self.rewrite, expression.args), evaluate=False)


class _Printer(AbstractPythonCodePrinter):
    """Python for any number system: operators, and functions by their SymPy class names."""

    def __init__(self, vectorised: bool, repeated: Set[sp.Basic]) -> None:
        """repeated: expressions that are given a name where they stand first. SymPy's own search for parts in common
        finds more, but takes longer than a few values do."""
        # terms as they stand: SymPy sorts by taking exponents apart, and may not end for one that is a long formula
        super().__init__({"fully_qualified_modules": False, "allow_unknown_functions": True, "order": "none"})
        self.vectorised = vectorised
        self.used: set[str] = set()
        self.repeated = repeated
        self.named: dict[sp.Basic, str] = {}

    def _print(self, expr: Any, **settings: Any) -> str:
        if expr in self.named:
            return self.named[expr]
        text: str = super()._print(expr, **settings)
        if expr in self.repeated:
            name = self.named[expr] = f"_t{len(self.named)}"
            return f"({name} := {text})"
        return text

    def call(self, name: str, *arguments: str) -> str:
        self.used.add(name)
        return f"{name}({', '.join(arguments)})"

    def _print_Function(self, expr: sp.Function) -> str:
        return self.call(type(expr).__name__, *(self._print(argument) for argument in expr.args))

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return str(expr.name)

    def _print_Rational(self, expr: sp.Rational) -> str:
        raise TypeError(f"{expr} is not lifted")

    def _print_Integer(self, expr: sp.Integer) -> str:
        return str(expr.p)

    def _print_Mul(self, expr: sp.Mul) -> str:
        factors = [factor for factor in expr.args if factor != -1]
        sign = "-" if (len(expr.args) - len(factors)) % 2 else ""
        below = [factor for factor in factors if factor.is_Pow and factor.exp.is_Rational and factor.exp < 0]
        # in the order of their evaluation, in which parts get their names
        above = [self.parenthesize(factor, PRECEDENCE["Mul"]) for factor in factors if factor not in below]
        text = sign + ("*".join(above) or "1")
        return f"{text}/({'*'.join(self.power(one.base, -one.exp) for one in below)})" if below else text

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        base, exponent = expr.args
        if exponent.is_Rational:
            if exponent < 0:
                return f"1/({self.power(base, -exponent)})"
            return f"({self.power(base, exponent)})"
        if base == sp.E:
            return self.call("exp", self._print(exponent))
        return self.call("power", self._print(base), self._print(exponent))

    def _print_exp(self, expr: sp.exp) -> str:
        return self.call("exp", self._print(expr.args[0]))

    def power(self, base: sp.Expr, exponent: sp.Rational) -> str:
        """base ** exponent for a positive rational exponent; parenthesised where that is needed."""
        text = self._print(base)
        if exponent.q == 1:
            inner = text if base.is_Symbol else f"({text})"
        elif exponent.q == 2:
            inner = self.call("sqrt", text)
        else:
            inner = self.call("root", text, str(exponent.q))
        return inner if exponent.p == 1 else f"{inner}**{exponent.p}"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        *cases, (otherwise, condition) = expr.args
        text = self._print(otherwise)
        if condition != sp.true:
            cases, text = list(expr.args), self.call("undefined")
        for value, condition in reversed(cases):
            chosen, test = self._print(value), self._print(condition)
            if self.vectorised:
                text = self.call("where", test, chosen, text)
            else:
                text = f"(({chosen}) if ({test}) else ({text}))"
        return str(text)
