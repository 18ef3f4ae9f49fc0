"""Expressions as a person writes them: LaTeX for a page, one plain line for a terminal.

    R = (2F)^{1/3} - \\tfrac{F}{2} + O(F^{5/3})            R = (2*F)**(1/3) - F/2 + O(F**(5/3))

Terms of a series come in their order with the remainder last, and its fractional powers are powers of one
product, 2F here. The plain line, less its O(...), is in the words of `grammar`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter, greek_letters_set, tex_greek_dictionary, translate
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from analytics.exclusive import in_turn
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.terms import arranged, is_product, ordered, split, upright

FUNCTIONS = {
    sp.asin: r"\arcsin",
    sp.acos: r"\arccos",
    sp.atan: r"\arctan",
    sp.asinh: r"\operatorname{arsinh}",
    sp.acosh: r"\operatorname{arcosh}",
    sp.atanh: r"\operatorname{artanh}",
    sp.atan2: r"\operatorname{atan2}",
    sp.erf: r"\operatorname{erf}",
    sp.erfc: r"\operatorname{erfc}",
    sp.erfinv: r"\operatorname{erf}^{-1}",
    sp.log: r"\ln",
    sp.arg: r"\arg",
    sp.re: r"\operatorname{Re}",
    sp.im: r"\operatorname{Im}",
    sp.sign: r"\operatorname{sgn}",
    **{f: rf"\{f}" for f in (sp.sin, sp.cos, sp.tan, sp.cot, sp.sinh, sp.cosh, sp.tanh, sp.coth)},
}
"""Function -> its LaTeX."""

SUBSCRIPTS = {"half": "1/2", "mq": "-q", "plus": "+"}
"""Subscripts of symbols that are written otherwise: delta_half, omega_mq, omega_plus."""

UPRIGHT = ("e", "i")
"""Names of constants that are set apart from the numbers e and i."""

GREEK = greek_letters_set | tex_greek_dictionary.keys() - {"varkappa"}
"""Names that are written as one Greek letter; amsmath has no varkappa."""

OTHER_LETTERS = ("ell", "hbar", "aleph", "wp")
ACCENTS = ("hat", "bar", "tilde", "dot", "ddot", "check", "breve", "acute", "grave", "vec")
"""A letter and an accent: xhat, omegabar. SymPy reads primes, moduli and alphabets too, out of xprime and imag."""

RELATIONS = {sp.Eq: "=", sp.Ne: r"\ne", sp.Le: r"\le", sp.Ge: r"\ge", sp.Lt: "<", sp.Gt: ">"}
"""Relation -> its LaTeX."""


class EitherSign(sp.Function):
    """EitherSign(x): x in the upper of two lines written as one, -x in the lower."""


def latex(expression: sp.Expr | sp.Eq, remainder: sp.Expr | None = None) -> str:
    """LaTeX of an expression or an equation, followed by O(remainder) if there is one. Needs amsmath."""
    return _written(expression, remainder, Latex())


@in_turn
def sides(equation: sp.Eq, remainder: sp.Expr | None, printer: Latex) -> tuple[str, str]:
    """Both sides of an equation by a printer, the right one followed by O(remainder) if there is one."""
    dropped = "" if remainder is None else f" + O({printer.doprint(remainder)})"
    return printer.sum_of(arranged(equation.lhs)), side(equation.rhs, remainder, printer) + dropped


def text(expression: sp.Expr | sp.Eq, remainder: sp.Expr | None = None) -> str:
    """One plain line; without the O(...) of a remainder, `grammar.parse` reads each side back."""
    return _written(expression, remainder, Text())


@in_turn
def _written(expression: Any, remainder: sp.Expr | None, printer: Any) -> str:
    if isinstance(expression, sp.core.relational.Relational):
        sign = "=" if isinstance(expression, sp.Eq) else expression.rel_op
        left = printer.sum_of(arranged(expression.lhs))
        right = side(expression.rhs, remainder, printer)
        line = f"{left} {sign} {right}"
    elif isinstance(expression, sp.Expr):
        line = printer.sum_of(arranged(expression, remainder))
    else:
        line = printer.doprint(expression)
    return line if remainder is None else f"{line} + O({printer.doprint(remainder)})"


def side(expression: sp.Basic, remainder: sp.Expr | None, printer: Any) -> str:
    """A side of an equation; of a Tuple, the values of several branches, each entry."""
    if isinstance(expression, sp.Tuple):
        entries = [printer.sum_of(arranged(entry, remainder)) for entry in expression]
        return str(entries[0] if len(entries) == 1 else printer.tuple_of(entries))
    if isinstance(expression, sp.MatrixBase):
        return str(printer.doprint(expression))
    return str(printer.sum_of(arranged(expression, remainder)))


def _has_either_sign(term: sp.Expr) -> bool:
    """Is the term itself of either sign: one of its factors is?"""
    return any(isinstance(factor, EitherSign) for factor in sp.Mul.make_args(term))


def _sum(printer: Any, terms: Sequence[sp.Expr], either: str, other: str) -> str:
    """A sum by a printer; either, other: the signs of a term of either sign, and of its negative."""
    line = ""
    for term in sorted(terms, key=_has_either_sign):
        negative, rest = split(term)
        if _has_either_sign(rest):
            sign = other if negative else either
        else:
            sign = "-" if negative else "+" if line else ""
        written = str(printer._print(rest))
        line += f" {sign.strip()} " if line else sign
        line += printer.enclosed(written) if rest.is_Add and (negative or len(terms) > 1) else written
    return line


# -- LaTeX --


class Latex(LatexPrinter):
    """Expressions as LaTeX."""

    def __init__(self, names: Mapping[sp.Symbol, str] | None = None) -> None:
        """names: symbols that are written otherwise, and their LaTeX."""
        super().__init__({"fold_frac_powers": True, "root_notation": False, "ln_notation": True})
        self.names = names or {}

    def tuple_of(self, entries: Sequence[str]) -> str:
        return r"\left(" + r",\; ".join(entries) + r"\right)"

    def sum_of(self, terms: Sequence[sp.Expr]) -> str:
        return _sum(self, terms, r"\pm ", r"\mp ")

    def enclosed(self, inner: str) -> str:
        """In parentheses, growing ones where the content is tall."""
        tall = "frac" in inner or r"\left" in inner or r"\sqrt" in inner
        return rf"\left({inner}\right)" if tall else f"({inner})"

    def _print(self, expr: Any, **kwargs: Any) -> str:
        if isinstance(expr, InverseProfile):  # else its own `_latex` is asked first
            return self._print_Function(expr, **kwargs)
        return str(super()._print(expr, **kwargs))

    def _print_EitherSign(self, expr: EitherSign) -> str:  # the sign is written by the sum
        return str(self._print(expr.args[0]))

    def _print_Add(self, expr: sp.Add, order: Any = None) -> str:
        return self.sum_of(ordered(expr))

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        if expr in self.names:
            return self.names[expr]
        if expr.name in UPRIGHT:
            return rf"\mathsf{{{expr.name}}}"
        name, _, below = expr.name.partition("_")
        if not below:
            name, below = re.fullmatch(r"(.*?)(\d*)", name).groups()  # type: ignore[union-attr]
        below = SUBSCRIPTS.get(below, below).strip("{}")
        head = _command(name) if len(name) > 1 else name
        if head == name and len(name) > 1 and name.isalpha():  # a word, not the product of its letters
            head = rf"\mathrm{{{name}}}"
        below = translate(below) if below in greek_letters_set else below
        if not below:
            return str(head)
        return f"{head}_{below}" if len(below) == 1 else f"{head}_{{{below}}}"

    def _print_Rational(self, expr: sp.Rational) -> str:
        if expr.q == 1:
            return str(expr.p)
        return f"{'-' if expr.p < 0 else ''}\\tfrac{{{abs(expr.p)}}}{{{expr.q}}}"

    def _print_Mul(self, expr: sp.Mul) -> str:
        if (turned := upright(expr)) is not None:
            return str(self._print(turned))
        above: list[sp.Expr] = []
        below: list[sp.Expr] = []
        sign = ""
        for factor in self.factors(_with_roots_below(expr)):
            if factor.is_Rational:
                sign = "-" if (factor.p < 0) != bool(sign) else ""
                above += [sp.Integer(abs(factor.p))] if abs(factor.p) != 1 else []
                below += [sp.Integer(factor.q)] if factor.q != 1 else []
            elif factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(
                    sp.Pow(factor.base, -factor.exp, evaluate=False) if factor.exp != -1 else factor.base
                )
            else:
                above.append(factor)
        if not below:
            return sign + self.product(above)
        if any(factor.free_symbols for factor in below):
            return rf"{sign}\frac{{{self.product(above)}}}{{{self.product(below)}}}"
        numbers = [factor for factor in above if not factor.free_symbols]
        others = [factor for factor in above if factor.free_symbols]
        if len(others) == 1 and (others[0].is_Symbol or not (numbers or others[0].is_Add)):
            numbers, others = numbers + others, []
        small = rf"{sign}\tfrac{{{self.product(numbers)}}}{{{self.product(below)}}}"
        if len(others) == 1 and others[0].is_Add:
            return f"{small} {self.enclosed(self.product(others))}"
        return f"{small} {self.product(others)}" if others else small

    def factors(self, expr: sp.Mul) -> list[sp.Expr]:
        """Numbers, constants, symbols, powers of sums, functions, in this order."""

        def rank(factor: sp.Expr) -> int:
            if factor.is_Number:
                return 0
            if not factor.free_symbols:
                return 1
            base = factor.as_base_exp()[0]
            return 2 if base.is_Symbol else 4 if isinstance(base, sp.Function) else 3

        return sorted(expr.args if any(map(is_product, expr.args)) else expr.as_ordered_factors(), key=rank)

    def product(self, factors: Sequence[sp.Expr]) -> str:
        line = ""
        for factor in factors:
            part = str(self._print(factor))
            if factor.is_Add and len(factors) > 1:
                part = self.enclosed(part)
            if line and line[-1].isdigit() and part[0].isdigit():
                line += r" \cdot " + part
            elif line and line[-1].isdigit() and not re.search(r"[_^]\d+$", line):
                line += part  # 2F, 4R
            else:
                line += (" " if line else "") + part
        return line or "1"

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.args
        if exponent.is_Rational and exponent < 0:
            rest = base if exponent == -1 else sp.Pow(base, -exponent, evaluate=False)
            style = r"\frac" if base.free_symbols else r"\tfrac"
            return rf"{style}{{1}}{{{self._print(rest)}}}"
        if exponent == sp.Rational(1, 2):
            return rf"\sqrt{{{self._print(base)}}}"
        if base == sp.E:
            return rf"e^{{{self._print(exponent)}}}"
        raised = (
            f"{exponent.p}/{exponent.q}" if exponent.is_Rational and exponent.q > 1 else self._print(exponent)
        )
        if isinstance(base, sp.Function) and not isinstance(base, sp.Abs | sp.conjugate | sp.exp):
            return str(self._print(base, exp=raised))
        inner = str(self._print(base))
        if precedence(base) <= PRECEDENCE["Pow"]:
            inner = self.enclosed(inner)
        return rf"{inner}^{{{raised}}}"

    def _print_Function(self, expr: sp.Function, exp: str | None = None) -> str:
        kind = expr.func
        if kind is InverseProfile:
            head, arguments = r"\psi", expr.args[1:]
        else:
            head, arguments = FUNCTIONS.get(kind) or self.named(str(kind)), expr.args
        power = "" if exp is None else rf"^{{{exp}}}"
        if power and head.endswith("^{-1}"):
            return rf"\left({self._print_Function(expr)}\right){power}"
        inner = ", ".join(str(self._print(argument)) for argument in arguments)
        bare = kind in FUNCTIONS and kind not in (sp.erf, sp.erfc, sp.erfinv, sp.re, sp.im)
        if bare and len(arguments) == 1 and _is_short(arguments[0]):
            return f"{head}{power} {inner}"
        return f"{head}{power}{self.enclosed(inner)}"

    def named(self, name: str) -> str:
        written = _command(name)
        return written if written != name or len(name) == 1 else rf"\operatorname{{{name}}}"

    _print_sin = _print_cos = _print_tan = _print_log = _print_re = _print_im = _print_arg = _print_Function

    def _print_Abs(self, expr: sp.Abs, exp: str | None = None) -> str:
        power = "" if exp is None else rf"^{{{exp}}}"
        return rf"\left|{self._print(expr.args[0])}\right|{power}"

    def _print_Derivative(self, expr: sp.Derivative) -> str:
        """The slope of a function of one variable with a prime."""
        function, *by = expr.args
        if isinstance(function, AppliedUndef) and by == [sp.Tuple(*function.args, 1)]:
            return rf"{self.named(str(function.func))}'({self._print(function.args[0])})"
        return str(super()._print_Derivative(expr))

    def _print_exp(self, expr: sp.exp, exp: str | None = None) -> str:
        return rf"e^{{{self._print(expr.args[0])}}}"


def _with_roots_below(expr: sp.Mul) -> sp.Expr:
    """A product in which 3**(11/12)/3 is 3**(-1/12), of roots that are not square."""
    number = expr.args[0]
    if not number.is_Rational:
        return expr
    left, factors = number, list(expr.args[1:])
    for place, root in enumerate(factors):
        is_power = root.is_Pow and root.base.is_Integer and root.exp.is_Rational
        if is_power and root.exp.q > 2 and 0 < root.exp < 1 and left.q % root.base == 0:
            left *= root.base
            factors[place] = sp.Pow(root.base, root.exp - 1, evaluate=False)
    if left == number:
        return expr
    return sp.Mul(*([] if left == 1 else [left]), *factors, evaluate=False)


def _command(name: str) -> str:
    """The LaTeX of a name: of alpha a Greek letter, of xhat an accent, of others the name itself."""
    if name in GREEK:
        return str(translate(name))
    if name in OTHER_LETTERS:
        return rf"\{name}"
    for accent in ACCENTS:
        letter = name.removesuffix(accent)
        if letter != name and (len(letter) == 1 or letter in GREEK):
            return rf"\{accent}{{{_command(letter)}}}"
    return name


def _is_short(argument: sp.Expr) -> bool:
    """Is it clear without parentheses: a symbol, or a positive constant times one?"""
    coefficient, rest = argument.as_independent(*argument.free_symbols, as_Add=False)
    return bool(rest.is_Symbol and coefficient.is_positive)


# -- plain text --


class Text(StrPrinter):
    """Expressions as one plain line."""

    def tuple_of(self, entries: Sequence[str]) -> str:
        return f"({', '.join(entries)})"

    def sum_of(self, terms: Sequence[sp.Expr]) -> str:
        return _sum(self, terms, "+-", "-+")

    def enclosed(self, inner: str) -> str:
        return f"({inner})"

    def _print_Add(self, expr: sp.Add, order: Any = None) -> str:
        return self.sum_of(ordered(expr))

    def _print_Mul(self, expr: sp.Mul) -> str:
        if (turned := upright(expr)) is not None:
            return str(self._print(turned))
        rooted = _with_roots_below(expr)
        return str(super()._print_Mul(rooted) if rooted.is_Mul else self._print(rooted))

    def _print_EitherSign(self, expr: EitherSign) -> str:  # the sign is written by the sum
        return str(self._print(expr.args[0]))

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return str(expr.name).replace(r"\pm", "+-")

    def _print_MatrixBase(self, expr: Any) -> str:
        return str([[self.doprint(entry) for entry in row] for row in expr.tolist()]).replace("'", "")

    def _print_InverseProfile(self, expr: sp.Function) -> str:
        return f"psi({self._print(expr.args[1])})"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        *cases, (otherwise, _) = expr.args
        line = str(self._print(otherwise))
        for value, test in reversed(cases):
            line = f"where({self._print(test)}, {self._print(value)}, {line})"
        return line
