"""Text to expression and back, safely: a small grammar, read with the standard ``ast`` and never evaluated.

    expression:  + - * / ** ( )   numbers  names  sqrt(x) sin(x) ... atan2(y, x)  where(a < b, x, y)

Numbers are exact: ``0.01`` is 1/100 and ``1e-40`` is 10**-40, at any length. Every text either gives a finite
expression or raises GrammarError at once; length, depth and the size of numbers and powers are limited.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from keyword import iskeyword
from typing import Any, NoReturn

import sympy as sp
from sympy.printing.str import StrPrinter

from analytics.errors import GrammarError, names_remedy
from analytics.exclusive import in_turn

MAX_LENGTH = 20_000
"""Characters in a text."""

MAX_DEPTH = 60
"""Parentheses, signs, powers and calls inside one another."""

MAX_BITS = 13_000
"""Size of any integer met on the way, about 3900 decimal digits."""

MAX_ROOT_BITS = 2_600
"""Size of an integer under a root: SymPy looks for its factors."""

MAX_EXPONENT = 10_000
"""Absolute value of a numeric exponent; 20 inside functions that multiply powers out."""

MAX_DENOMINATOR = 100
"""Denominators of the fractions that are proposed for others."""

MAX_GROWTH = 10_000
"""Absolute value of a constant argument of exp, sinh or cosh."""

CONSTANTS: dict[str, sp.Expr] = {"pi": sp.pi, "I": sp.I, "E": sp.E}

FUNCTIONS: dict[str, tuple[Callable[..., sp.Expr], int]] = {
    **{
        function.__name__: (function, 1)
        for function in (
            *(sp.sqrt, sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.cot, sp.asin, sp.acos, sp.atan),
            *(sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.asinh, sp.acosh, sp.atanh),
            *(sp.erf, sp.erfc, sp.erfinv, sp.Abs, sp.sign, sp.re, sp.im, sp.arg, sp.conjugate),
        )
    },
    "abs": (sp.Abs, 1),
    "ln": (sp.log, 1),
    "atan2": (sp.atan2, 2),
}
"""Name to function and the number of its arguments."""

_GROWING = {sp.exp, sp.sinh, sp.cosh, sp.tanh, sp.coth, sp.erf, sp.erfc}
_MULTIPLYING_OUT = {sp.Abs, sp.sign, sp.re, sp.im, sp.arg, sp.conjugate}
_REAL_ARGUMENTS = _MULTIPLYING_OUT | {sp.atan2, sp.erf, sp.erfc, sp.log, sp.asinh, sp.atan}
_REAL_DOMAINS = {
    "asin": (-1, 1),
    "acos": (-1, 1),
    "atanh": (-1, 1),
    "erfinv": (-1, 1),
    "acosh": (1, sp.oo),
    "log": (0, sp.oo),
    "ln": (0, sp.oo),
}
_RELATIONS: dict[type[ast.cmpop], Callable[[sp.Expr, sp.Expr], Any]] = {
    ast.Lt: sp.Lt,
    ast.LtE: sp.Le,
    ast.Gt: sp.Gt,
    ast.GtE: sp.Ge,
}
_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<mark>\*\*|<=|>=|[-+*/(),<>])|\s+",
    re.ASCII,
)


@in_turn
def parse(
    text: str,
    *,
    symbols: Mapping[str, sp.Expr],
    functions: Mapping[str, Callable[[sp.Expr], sp.Expr]] | None = None,
) -> sp.Expr:
    """The expression that `text` writes, in the given `symbols`; anything else raises GrammarError.

    symbols: name -> symbol, or its exact value, which is then subject to the limits of what is written.
    functions: further functions of one argument, such as ``psi`` of a network.
    """
    return _Reader(text, symbols, functions or {}).read()


@in_turn
def number(text: str) -> sp.Expr:
    """The exact finite number that `text` writes: "0.01" is 1/100; "1e-40", "1/3", "sqrt(2)/7", "pi/8"."""
    reader = _Reader(text, {}, {})
    found = reader.read()
    reader.check_magnitude(found)
    return found


@lru_cache(maxsize=1024)
def require_moderate(name: str, parts: tuple[sp.Expr, ...]) -> None:
    """Raise GrammarError for a power, "Pow", or a function of these parts that the grammar would not read."""
    reader = _Reader(name, {}, {})
    if name == "Pow":
        reader.check_power(*parts)
    elif name in FUNCTIONS:
        reader.check_call(name, FUNCTIONS[name][0], list(parts))


def names_in(text: str) -> set[str]:
    """The names that stand in a text, those of functions among them."""
    return {match.group() for match in _TOKEN.finditer(text) if match.lastgroup == "name"}


def word(symbol: sp.Symbol) -> str:
    """The name of a symbol in texts. Python's keywords are none to the grammar, so `lambda` is written lambda_."""
    return f"{symbol.name}_" if iskeyword(symbol.name) else str(symbol.name)


class _Reader:
    """One text on its way to an expression."""

    def __init__(
        self,
        text: str,
        symbols: Mapping[str, sp.Expr],
        functions: Mapping[str, Callable[[sp.Expr], sp.Expr]],
    ) -> None:
        self.text = " ".join(text.split()) if isinstance(text, str) else text
        self.symbols = symbols
        self.functions: dict[str, tuple[Callable[..., sp.Expr], int]] = dict(FUNCTIONS)
        self.functions.update({name: (function, 1) for name, function in functions.items()})

    def refuse(self, requirement: str, remedy: str, received: object = None) -> NoReturn:
        shown = self.text if received is None else str(received)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        raise GrammarError("reading an expression", requirement, repr(shown), remedy) from None

    def read(self) -> sp.Expr:
        self.check_text()
        try:
            tree = ast.parse(self.text, mode="eval")
            result = self.value(tree.body, 0)
        except SyntaxError:
            self.refuse(
                "the text must be one complete expression", "Look for a missing operand or parenthesis."
            )
        except (RecursionError, OverflowError, MemoryError):
            self.refuse("the expression must be of moderate size", "Write it in a simpler form.")
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, NotImplementedError):
            # SymPy's own refusals, such as an order between complex numbers
            self.refuse("the expression must have a meaning", "Check the arguments of its functions.")
        if any(power.exp.is_Rational and abs(power.exp) > MAX_EXPONENT for power in result.atoms(sp.Pow)):
            self.refuse_size()
        return result

    # -- the text --

    def check_text(self) -> None:
        """Only tokens of the grammar, so that nothing else reaches ``ast``."""
        if not isinstance(self.text, str):
            self.refuse("text is needed", "Give the expression as text.", repr(self.text))
        if len(self.text) > MAX_LENGTH:
            self.refuse(f"at most {MAX_LENGTH} characters", "Shorten it.", f"{len(self.text)} characters")
        if not self.text:
            self.refuse("an expression is needed", "Write a number or a formula.")
        position, depth, previous = 0, 0, ""
        while position < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                self.refuse_character(self.text[position])
            kind, token = match.lastgroup or "", match.group()
            if previous == "number" and kind in ("number", "name"):
                self.refuse(
                    "an operator is needed after a number", "Write 2*x, not 2x.", self.text[:position] + token
                )
            if kind == "number":
                self.literal(token)
            depth += (token == "(") - (token == ")")
            if depth > MAX_DEPTH:
                self.refuse(f"at most {MAX_DEPTH} nested parentheses", "Write it in a simpler form.")
            position, previous = match.end(), kind

    def refuse_character(self, character: str) -> NoReturn:
        remedies = {
            "^": "Write powers with **.",
            "=": "Write an expression without =.",
            "[": "Use parentheses.",
            "{": "Use parentheses.",
            ".": "Names have no parts; decimals are written 0.5.",
        }
        remedy = remedies.get(character, "Use numbers, names, + - * / ** and parentheses.")
        self.refuse(f"the character {character!r} is not in the grammar", remedy)

    def literal(self, token: str) -> sp.Rational:
        """A decimal as the fraction it writes; the double that ``ast`` makes of it is not looked at."""
        mantissa, _, exponent = token.lower().partition("e")
        if len(mantissa) > MAX_BITS // 4 or len(exponent) > 6 or abs(int(exponent or 0)) > MAX_BITS // 4:
            self.refuse(f"numbers have at most {MAX_BITS // 4} digits", "Round it, or scale the unit.", token)
        fraction = Fraction(token)
        return sp.Rational(fraction.numerator, fraction.denominator)

    # -- the tree --

    def node(self, node: ast.expr, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self.refuse(f"at most {MAX_DEPTH} levels of nesting", "Write it in a simpler form.")
        match node:
            case ast.Constant(value=value) if type(value) in (int, float):
                return self.literal(ast.get_source_segment(self.text, node) or "")
            case ast.Name(id=name):
                return self.name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.finite(-self.value(operand, depth))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand, depth)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.finite(sp.Add(*self.chain(node, depth, ast.Sub, lambda term: -term)))
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return self.finite(self.product(self.chain(node, depth, ast.Div, self.reciprocal)))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self.power(self.value(left, depth), self.value(right, depth))
            case ast.Compare(left=left, ops=[relation], comparators=[right]) if type(relation) in _RELATIONS:
                return self.relation(relation, self.value(left, depth), self.value(right, depth))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.call(name, arguments, depth)
        self.refuse(
            "only numbers, names, + - * / **, parentheses and functions are read",
            "Products are written with *.",
        )

    def value(self, node: ast.expr, depth: int) -> sp.Expr:
        result = self.node(node, depth + 1)
        if not isinstance(result, sp.Expr):
            self.refuse(
                "a value is needed, not a condition", "Conditions stand first in where(condition, a, b)."
            )
        return result

    def chain(
        self, node: ast.expr, depth: int, inverse: type[ast.operator], invert: Callable[[sp.Expr], sp.Expr]
    ) -> list[sp.Expr]:
        """Operands of a run of + and -, or of * and /, however long: it counts as one level."""
        kinds = (ast.Add, ast.Sub) if inverse is ast.Sub else (ast.Mult, ast.Div)
        operands = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, kinds):
            operand = self.value(node.right, depth)
            operands.append(invert(operand) if isinstance(node.op, inverse) else operand)
            node = node.left
        operands.append(self.value(node, depth))
        return operands[::-1]

    def reciprocal(self, expression: sp.Expr) -> sp.Expr:
        if expression.is_zero:
            self.refuse("division by zero", "Check the denominator.")
        return self.power(expression, sp.Integer(-1))

    def product(self, factors: list[sp.Expr]) -> sp.Expr:
        if sum(_bits(factor) for factor in factors) > 3 * MAX_BITS:
            self.refuse_size()
        return sp.Mul(*factors)

    def power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        if base.is_zero and not exponent.is_nonnegative:
            self.refuse("division by zero", "Check the denominator.")
        self.check_power(base, exponent)
        return self.finite(sp.Pow(base, exponent))

    def check_power(self, base: sp.Expr, exponent: sp.Expr) -> None:
        if exponent.is_Rational:
            size = abs(exponent)
            if size > MAX_EXPONENT or _bits(exponent) > 64 or _bits(base) * size > MAX_BITS:
                self.refuse_size()
            if not exponent.is_Integer and _bits(base) > MAX_ROOT_BITS:
                self.refuse(f"roots of integers of at most {MAX_ROOT_BITS // 4} digits", "Round the number.")
            if _bits(base) * exponent.q > 10 * MAX_BITS:
                near = Fraction(exponent.p, exponent.q).limit_denominator(MAX_DENOMINATOR)
                self.refuse(
                    "numbers are raised to whole powers and to fractions of a short denominator",
                    f"Round the exponent, to {near} for example.",
                )
            return
        # SymPy draws powers of integers out of 2**(x - 1000)
        sizes = [abs(shift) for shift in exponent.atoms(sp.Rational)]
        if any(size > MAX_EXPONENT or _bits(base) * size > MAX_BITS for size in sizes):
            self.refuse_size()
        if not base.free_symbols and not exponent.free_symbols:
            if base != sp.E and not (base.is_extended_real and exponent.is_extended_real):
                self.refuse(
                    "complex constants are raised to rational powers only", "Write it with exp and I."
                )
            if not all(power.exp.is_Rational for power in exponent.atoms(sp.Pow)):
                self.refuse("no tower of powers of constants", "Write its value.")
            self.check_growth(exponent * sp.log(base), MAX_GROWTH)

    def name(self, name: str) -> sp.Expr:
        if name in self.symbols:
            return self.symbols[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in self.functions:
            self.refuse(f"{name} is a function", f"Write its argument, {name}(x).")
        self.refuse("unknown name", names_remedy(name, [*self.symbols, *CONSTANTS]), name)

    def call(self, name: str, arguments: list[ast.expr], depth: int) -> sp.Expr:
        if name == "where" and name not in self.symbols:
            return self.choice(arguments, depth)
        if name not in self.functions:
            if name in self.symbols or name in CONSTANTS:
                near = get_close_matches(name, self.functions, n=1)
                otherwise = f", or the function as {near[0]}(...)" if near else ""
                self.refuse(f"{name} is not a function", f"Write products with *, {name}*(...){otherwise}.")
            self.refuse("unknown name", names_remedy(name, [*self.functions, "where"]), name)
        function, arity = self.functions[name]
        if len(arguments) != arity:
            self.refuse(f"{name} takes {arity} argument{'s' * (arity > 1)}", "Check the commas.")
        values = [self.value(argument, depth) for argument in arguments]
        if function is sp.sqrt:
            return self.power(values[0], sp.Rational(1, 2))
        self.check_call(name, function, values)
        return self.finite(function(*values))

    def check_call(self, name: str, function: Callable[..., sp.Expr], values: list[sp.Expr]) -> None:
        for value in values:
            if not value.free_symbols:
                self.check_constant(name, function, value)
        if function is sp.atan2 and not any(value.free_symbols or value.is_Rational for value in values):
            self.refuse("atan2 of constants takes rational ones", "Use atan.")
        if function is sp.exp:
            for term in sp.Add.make_args(values[0]):
                factor, logarithm = term.as_coeff_Mul()
                if isinstance(logarithm, sp.log):  # SymPy makes the power of it
                    self.check_power(logarithm.args[0], factor)
        if function in _MULTIPLYING_OUT and any(
            abs(rational) > 20 or rational.q > 20
            for power in values[0].atoms(sp.Pow)
            for rational in power.exp.atoms(sp.Rational)
        ):
            self.refuse(f"no power above 20 inside {name}", "Write it in a simpler form.")

    def check_constant(self, name: str, function: Callable[..., sp.Expr], argument: sp.Expr) -> None:
        """Where SymPy would compute for minutes on a constant nobody means, such as arg(asin(10**30))."""
        self.check_growth(argument, MAX_GROWTH if function in _GROWING else sp.Integer(10) ** (MAX_BITS // 4))
        low, high = _REAL_DOMAINS.get(name, (None, None))
        if low is not None and not (argument.is_extended_real and low <= argument <= high):
            self.refuse(f"{name} of a constant needs one between {low} and {high}", "Check the argument.")
        if function in _REAL_ARGUMENTS and not argument.is_extended_real:
            self.refuse(
                f"{name} of a constant needs a real one", "Separate real and imaginary parts by hand."
            )

    def relation(self, relation: ast.cmpop, left: sp.Expr, right: sp.Expr) -> Any:
        for side in (left, right):
            if side.has(sp.I, sp.Piecewise) or not (side.free_symbols or side.is_extended_real):
                self.refuse("a condition compares two real values", "Write where(a < b, x, y).")
        if not (left.free_symbols or right.free_symbols or (left.is_Rational and right.is_Rational)):
            self.refuse("a condition compares with a variable", "Decide the comparison of constants by hand.")
        return _RELATIONS[type(relation)](left, right)

    def choice(self, arguments: list[ast.expr], depth: int) -> sp.Expr:
        if len(arguments) != 3 or not isinstance(arguments[0], ast.Compare):
            self.refuse("where takes a condition and two values", "Write where(a < b, x, y).")
        condition = self.node(arguments[0], depth + 1)
        if condition not in (sp.true, sp.false) and not isinstance(condition, sp.core.relational.Relational):
            self.refuse("a condition compares two real values", "Write where(a < b, x, y).")
        here, elsewhere = self.value(arguments[1], depth), self.value(arguments[2], depth)
        others = elsewhere.args if isinstance(elsewhere, sp.Piecewise) else ((elsewhere, True),)
        return self.finite(sp.Piecewise((here, condition), *others))

    # -- limits --

    def finite(self, expression: sp.Expr) -> sp.Expr:
        if expression.has(sp.zoo, sp.oo, sp.S.NegativeInfinity, sp.nan):
            self.refuse("the value must be finite", "Check for a division by zero or a pole.")
        if _bits(expression) > MAX_BITS:
            self.refuse_size()
        return expression

    def check_growth(self, argument: sp.Expr, bound: int | sp.Expr) -> None:
        if argument.is_Rational:
            small = abs(argument) <= bound
        else:
            size = abs(argument.evalf(5, maxn=60))
            small = size.is_comparable and size <= bound
        if not small:
            self.refuse_size()

    def check_magnitude(self, number: sp.Expr) -> None:
        """Between exp(-MAX_GROWTH) and exp(MAX_GROWTH), or 0: its digits are worked with."""
        size = abs(number.evalf(5))
        if size.is_Float and size and abs(sp.log(size)) > MAX_GROWTH:
            self.refuse_size()

    def refuse_size(self) -> NoReturn:
        self.refuse(
            f"numbers have at most {MAX_BITS // 4} digits and exponents stay below {MAX_EXPONENT}",
            "Choose smaller powers.",
        )


def _bits(expression: sp.Expr) -> int:
    """Size of the largest integer in `expression`; 0 where there is none but 0, 1 and -1."""
    largest = 0
    for rational in expression.atoms(sp.Rational):
        size = max(abs(rational.p), rational.q)
        if size > 1:
            largest = max(largest, int(size).bit_length())
    return largest


def text_of(expression: sp.Expr) -> str:
    """The text that `parse` reads back to an equal expression.

    A symbol is written as its `word`; an inverse profile as ``psi(R)``, and a mean as ``mean(q)``, which `parse` reads
    back given the functions of these names. Raises GrammarError for what the grammar has no words for.
    """
    try:
        return str(_GrammarPrinter({"order": "lex"}).doprint(expression))
    except ValueError:  # Python writes no integer of more than 4300 digits
        raise GrammarError(
            "writing an expression",
            f"numbers have at most {MAX_BITS // 4} digits",
            f"{_bits(expression)} bits",
            "Round it.",
        ) from None


_WRITABLE = (
    sp.Symbol,
    sp.Rational,
    sp.NumberSymbol,
    sp.core.numbers.ImaginaryUnit,
    sp.Add,
    sp.Mul,
    sp.Pow,
    sp.Function,
    sp.core.relational.Relational,
)


class _GrammarPrinter(StrPrinter):
    def _print(self, expr: Any, **kwargs: Any) -> str:
        if not isinstance(expr, _WRITABLE):
            self.refuse(expr)
        return str(super()._print(expr, **kwargs))

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return word(expr)

    def _print_Function(self, expr: sp.Function) -> str:
        name = type(expr).__name__
        if name not in FUNCTIONS:
            self.refuse(expr)
        return f"{name}({', '.join(self._print(argument) for argument in expr.args)})"

    def _print_InverseProfile(self, expr: sp.Function) -> str:
        return f"psi({self._print(expr.args[-1])})"

    def _print_Mean(self, expr: sp.Function) -> str:
        return f"mean({self._print(expr.args[0])})"

    def _print_Mul(self, expr: sp.Mul) -> str:
        text = str(super()._print_Mul(expr))
        # a minus sign right before parentheses would be read as one of each term within
        return f"-1*{text[1:]}" if text.startswith("-(") else text

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        *cases, (otherwise, condition) = expr.args
        if condition != sp.true:
            self.refuse(expr)
        text = self._print(otherwise)
        for value, condition in reversed(cases):
            text = f"where({self._print(condition)}, {self._print(value)}, {text})"
        return text

    def refuse(self, expr: Any) -> NoReturn:
        requirement = "only what the grammar can read is written"
        raise GrammarError(
            "writing an expression", requirement, expr, "Rewrite it in the grammar's functions."
        )
