"""Laws as straight-line programs, from which source text in any language is printed.

A routine is what one law needs: the laws it calls, the pieces that keep small arguments accurate, and either
an expression or the terms of an equation with the interval in which its root is searched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from textwrap import wrap
from typing import Any, ClassVar

import sympy as sp

from analytics.arrays.cancellation import Piece, stable
from analytics.arrays.conditioning import up_to
from analytics.arrays.folds import Folds
from analytics.errors import LawError
from analytics.export.record import set_text
from analytics.export.sharing import Definitions, complex_sqrt, rebuild, shared, with_complex_roots
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.notation import R, winding
from analytics.expressions.printing import text
from analytics.expressions.terms import ordered
from analytics.law.display import display
from analytics.law.law import Law
from analytics.law.statement import Kind, Statement
from analytics.network.activation import PROFILES


@dataclass(frozen=True, slots=True)
class Search:
    """The root of the sum of `terms` for `unknown` between `low` and `high`.

    top: the last double in the interval; pole: sign of the sum where it is unbounded towards `high`, or 0;
    folds: where the sum turns; None where it has one root.
    """

    unknown: sp.Symbol
    terms: tuple[sp.Expr, ...]
    low: float
    high: float
    low_is_closed: bool
    top: float
    pole: int
    folds: Folds | None


@dataclass(frozen=True, slots=True)
class Values:
    """The values of a law, in terms of the arguments and of what they share.

    of_quadratic: they are both roots of x**2 - 2 half x + product = 0; the entries are half, product and
    1 - product / half**2.
    """

    shared: Definitions
    entries: tuple[sp.Expr, ...]
    of_quadratic: bool = False


@dataclass(frozen=True, slots=True)
class Routine:
    """One law, ready to be printed. calls: (symbol, routine, its arguments), in the order they are needed.

    period: (length, upper end of the half-open codomain) of an angle; None for anything else.
    """

    law: Statement
    name: str
    calls: tuple[tuple[sp.Symbol, str, tuple[sp.Symbol, ...]], ...]
    pieces: tuple[Piece, ...]
    body: Values | Search
    period: tuple[float, float] | None


def left_out(laws: Sequence[Law]) -> list[str]:
    """Of each law that has no source text, why, and what to do."""
    return [
        f"{law.name} is left out: {_without_source(law)}. Use evaluate or branches of the law itself."
        for law in laws
        if law.count is None
    ]


def _without_source(law: Law) -> str:
    if law.kind is Kind.MEAN:
        return "it is a mean over a period, at each place of which another law is solved"
    return (
        f"it has as many values as its equation has roots in {set_text(law.codomain)}, "
        "a different number at different points"
    )


def routines(laws: Sequence[Law]) -> list[Routine]:
    """Routines of the laws, their alternatives and all laws that they need, those first, each once.

    Raises LawError where two of the laws ask for one name.
    """
    from analytics.law.driven import driven

    asked = [
        (version, law.name if version is law else alternative_name(law, version))
        for law in laws
        if law.count is not None
        for version in law.versions
    ]
    names: dict[Any, str] = {}
    for law, name in asked:
        if names.setdefault(_key(law), name) != name or list(names.values()).count(name) > 1:
            raise LawError(
                "exporting source",
                "each function needs a name of its own",
                name,
                "Export the laws one by one.",
            )
    found: dict[Any, Routine] = {}

    def add(law: Statement) -> None:
        computed = driven(law.valued)
        for other in computed.where:
            add(other)
        if _key(law) not in names:
            names[_key(law)] = _free_name(law, names.values())
        if _key(law) not in found:
            found[_key(law)] = routine(law, computed, names)

    for law, _ in asked:
        add(law)
    return list(found.values())


def _key(law: Statement) -> tuple[Any, ...]:
    """What tells versions of a law apart: those of two networks, or on two backgrounds, have one name."""
    return law.name, law.network.name, law.symbols, law.equation


def _free_name(law: Statement, taken: Collection[str]) -> str:
    """The name of a law that others need: its own, else with a parameter, else with a number."""
    with_parameter = (f"{law.name}_for_{symbol}" for symbol in law.symbols)
    numbered = (f"{law.name}_{number}" for number in count(2))
    return next(name for name in chain([law.name], with_parameter, numbered) if name not in taken)


def alternative_name(law: Law, other: Law) -> str:
    """decay_rate_for_F: the law with the first parameter that the usual one lacks."""
    own = [symbol.name for symbol in other.symbols if symbol not in law.symbols]
    return f"{law.name}_for_{(own or [other.symbols[0].name])[0]}"


def routine(law: Statement, computed: Statement, names: Mapping[Any, str]) -> Routine:
    """The program of one law; computed: the law as it is `driven`; names: of functions, by `_key`.

    Raises LawError where a real law has an imaginary part in its equation.
    """
    name, equation = names[_key(law)], computed.equation
    if equation.has(sp.I) and not law.is_complex:
        raise LawError(
            f"exporting '{law.name}' as source",
            "the values of a law whose codomain is real must be real",
            "a complex equation",
            "Give the law the codomain of all complex numbers.",
        )
    body, pieces = _body(computed)
    renamed = {piece.node: sp.Function(f"{name}_{piece.name}") for piece in pieces.values()}
    body = _map(body, lambda expression: _named(expression, renamed))
    named = tuple(
        replace(piece, name=str(renamed[piece.node]), direct=_named(piece.direct, renamed))
        for piece in pieces.values()
    )
    period = None
    if law.period is not None and law.principal is not None:
        period = (float(law.period), float(law.principal.end))
    calls = tuple((other.subject, names[_key(other)], other.symbols) for other in computed.where)
    return Routine(law, name, calls, named, body, period)


def _body(law: Statement) -> tuple[Values | Search, Mapping[str, Piece]]:
    """The values of a driven law with a fixed number of them."""
    from analytics.arrays.quadratic import quadratic

    match law.kind:
        case Kind.EXPLICIT:
            definitions, pieces = _stabilised(law.predictions, is_complex=law.is_complex)
            return Values(*definitions), pieces
        case Kind.COMPLEX_ROOTS:
            form = quadratic(law.equation, law.subject)
            definitions, pieces = _stabilised((form.half, form.product, form.square), is_complex=True)
            return Values(*definitions, of_quadratic=True), pieces
    return _search(law)


def _stabilised(
    entries: tuple[sp.Expr, ...], *, is_complex: bool
) -> tuple[tuple[Definitions, tuple[sp.Expr, ...]], Mapping[str, Piece]]:
    """What several entries share and the rest of each, without parts that cancel; the pieces in place of these."""
    from analytics.arrays.functions import double

    found, pieces = stable(sp.Tuple(*entries), double)
    return shared(tuple(map(with_complex_roots, found) if is_complex else found)), pieces


def _search(law: Statement) -> tuple[Search, Mapping[str, Piece]]:
    from analytics.arrays.functions import double, pole
    from analytics.arrays.search import interval_of
    from analytics.law.driven import folds

    equation, unknown, domain = law.equation, law.subject, law.codomain
    terms, pieces = stable(equation.lhs - equation.rhs, double)
    low, high, top = interval_of(domain)
    search = Search(
        unknown,
        sp.Add.make_args(terms),
        low,
        high,
        not domain.left_open,
        top,
        pole(equation, unknown, domain),
        folds(law),
    )
    return search, pieces


def _map(body: Values | Search, function: Any) -> Values | Search:
    if isinstance(body, Search):
        return replace(body, terms=tuple(map(function, body.terms)))
    named = tuple((symbol, function(expression)) for symbol, expression in body.shared)
    return replace(body, shared=named, entries=tuple(map(function, body.entries)))


def _named(node: Any, renamed: Mapping[Any, Any]) -> Any:
    """An expression with the pieces called by their names in the source text."""
    arguments = [_named(argument, renamed) for argument in node.args]
    return renamed[node.func](*arguments) if node.func in renamed else rebuild(node, arguments)


def notes(law: Statement) -> list[str]:
    """What a reader must know beside the equation: constants, other laws, psi, validity and source."""
    used = law.equation.free_symbols
    given = {symbol: value for symbol, value in law.network.constants.items() if symbol in used}
    lines = []
    if given:
        lines.append(
            "Constants: " + ", ".join(f"{symbol} = {text(value)}" for symbol, value in given.items())
        )
    activation = law.network.activation
    if activation.name not in PROFILES:
        stated = (
            f"psi(R) = {text(activation.psi(R))} + ..."
            if activation.is_general
            else f"rho(r) = {text(activation.profile)}"
        )
        lines.append(f"Activation '{activation.name}': {stated}")
    if winding in used:
        lines.append(f"{winding} is any integer")
    lines += [f"{other.subject} from {other.name}" for other in law.where]
    profiles = {node.args[0] for node in law.equation.atoms(InverseProfile)}
    for profile in profiles:
        lines.append(f"psi is the inverse of rho({profile.variables[0]}) = {text(profile.expr)}")
    if law.condition != sp.true:
        lines.append(f"Only where {text(law.condition)}")
    return [*lines, f"Valid: {law.validity}", f"Source: {law.source}"]


def description(law: Statement, indent: str = "") -> list[str]:
    """Lines of a comment: what the law says, its equation, each parameter, and the `notes`."""
    lines = [f"{law.meaning[:1].upper()}{law.meaning[1:]}.", ""]
    lines += [f"{indent}{part}" for line in formula(law) for part in wrap(line, 96, subsequent_indent="    ")]
    lines.append("")
    for parameter in law.parameters:
        unit = f", in {parameter.unit}" if parameter.unit else ""
        lines.append(f"{parameter.name}: {parameter.meaning}{unit}.")
    return [*lines, *(f"{note}." for note in notes(law))]


def formula(law: Statement) -> list[str]:
    """The law in plain lines, with what its names stand for."""
    shown = display(law)
    line = text(shown.equation, law.remainder)
    if not shown.definitions:
        return [line]
    names = ["with", *(f"  {text(each.left)} = {text(each.right)}" for each in shown.definitions)]
    return [line, *names]


def described(piece: Piece) -> str:
    """The formula of a piece, for a comment."""
    if piece.direct.atoms(sp.core.function.AppliedUndef):
        return "its direct formula, and one without cancellation at small arguments"
    return text(piece.direct)


class Source:
    """Text of expressions in one language.

    functions: SymPy class name -> the language's function; complex_functions: the same where an argument is
    complex; complex_names: the variables that are; nothing, infinity, ceiling: the texts of NaN, of an infinite number
    and of the function that rounds up.
    """

    functions: ClassVar[dict[str, str]] = {}
    complex_functions: ClassVar[dict[str, str]] = {}
    root_functions: ClassVar[dict[int, str]] = {}
    nothing: ClassVar[str] = ""
    infinity: ClassVar[str] = ""
    ceiling: ClassVar[str] = ""

    def __init__(self) -> None:
        self.complex_names: set[sp.Symbol] = set()

    def statements(self, entry: Routine, first: Sequence[str]) -> tuple[list[str], list[str]]:
        """What a routine computes on the way, line by line, and its results; first: lines after the calls."""
        calls = ((symbol, self.call(name, *map(str, given))) for symbol, name, given in entry.calls)
        lines, body = [*(self.assigned(*call) for call in calls), *first], entry.body
        if isinstance(body, Search):
            return lines, [str(body.unknown)]
        for symbol, expression in body.shared:
            if self.is_complex(expression):
                self.complex_names.add(symbol)
            lines.append(self.assigned(symbol, self.write(expression)))
        results = [self.write(expression) for expression in body.entries]
        self.complex_names.clear()
        return lines, results

    def assigned(self, symbol: sp.Symbol, value: str) -> str:
        """The line that gives a variable its value."""
        raise NotImplementedError

    def brought_back(self, period: tuple[float, float]) -> str:
        """The variable angle, less the periods that bring it into the codomain."""
        length, end = period
        return f"angle - {length!r} * {self.ceiling}((angle - {end!r}) / {length!r})"

    def double(self, number: float) -> str:
        return self.infinity if number == float("inf") else repr(number)

    def is_complex(self, node: sp.Basic) -> bool:
        """Is it written as a complex number?"""
        if isinstance(node, sp.Abs | sp.re | sp.im | sp.arg):
            return False
        if node == sp.I or node in self.complex_names or isinstance(node, complex_sqrt):
            return True
        return any(map(self.is_complex, node.args))

    def number(self, value: sp.Expr) -> str:
        from analytics.arrays.arithmetic import constant

        if value.is_Integer:
            return repr(float(value))
        found = constant(value)
        return self.complex_number(found) if isinstance(found, complex) else repr(found)

    def complex_number(self, value: complex) -> str:
        raise NotImplementedError

    def call(self, name: str, *arguments: str) -> str:
        return f"{name}({', '.join(arguments)})"

    def power(self, base: sp.Expr, exponent: int) -> str:
        raise NotImplementedError

    def choice(self, condition: str, chosen: str, otherwise: str) -> str:
        raise NotImplementedError

    def write(self, node: sp.Expr) -> str:
        """The expression, to be enclosed by the caller where an operator binds stronger."""
        if not node.free_symbols:
            return self.number(node)
        if node.is_Symbol:
            return str(node.name)
        if node.is_Add:
            return self.sum_of(node)
        if node.is_Mul:
            return self.product_of(node)
        if node.is_Pow:
            return self.power_of(node)
        if isinstance(node, sp.Piecewise):
            return self.choice_of(node)
        if isinstance(node, up_to):
            symbol, last, value = map(self.write, node.args)
            return self.choice(f"{symbol} <= {last}", value, self.nothing)
        if isinstance(node, sp.core.relational.Relational):
            return f"{self.write(node.lhs)} {node.rel_op} {self.write(node.rhs)}"
        if isinstance(node, sp.cot | sp.coth):
            (argument,) = node.args
            return self.write(1 / (sp.tan(argument) if isinstance(node, sp.cot) else sp.tanh(argument)))
        if isinstance(node, sp.Min | sp.Max) and len(node.args) > 2:
            first, *others = node.args
            node = node.func(first, node.func(*others, evaluate=False), evaluate=False)
        name = type(node).__name__
        arguments = [self.write(argument) for argument in node.args]
        if name not in self.functions and not isinstance(node, sp.core.function.AppliedUndef):
            raise LawError(
                "exporting source", "its functions must exist there", name, "Export it to latex or json."
            )
        return self.call(self.function_named(name, *node.args), *arguments)

    def function_named(self, name: str, *arguments: sp.Expr) -> str:
        """The language's function, for complex numbers where an argument is one."""
        if any(map(self.is_complex, arguments)) and name in self.complex_functions:
            return self.complex_functions[name]
        return self.functions.get(name, name)

    def sum_of(self, node: sp.Add) -> str:
        fixed = [term for term in node.args if not term.free_symbols]
        line = ""
        for term in ordered(sp.Add(*(term for term in node.args if term.free_symbols), evaluate=False)):
            number = sp.Mul(*(factor for factor in sp.Mul.make_args(term) if not factor.free_symbols))
            negative = _is_negative(number) and not term.is_Add
            written = self.write(-term if negative else term)
            line += (" - " if line else "-") if negative else (" + " if line else "")
            line += f"({written})" if (-term if negative else term).is_Add else written
        if fixed:
            value = sp.Add(*fixed)
            negative = _is_negative(value)
            line += f" {'-' if negative else '+'} {self.number(-value if negative else value)}"
        return line

    def product_of(self, node: sp.Mul) -> str:
        fixed = sp.Mul(*(factor for factor in node.args if not factor.free_symbols))
        above, below = [], []
        for factor in node.args:
            if not factor.free_symbols:
                continue
            if factor.is_Pow and factor.exp.is_Rational and factor.exp < 0:
                below.append(self.enclosed(sp.Pow(factor.base, -factor.exp, evaluate=False)))
            else:
                above.append(self.enclosed(factor))
        sign = "-" if _is_negative(fixed) else ""
        fixed = -fixed if sign else fixed
        if fixed != 1:
            if fixed.is_Rational and fixed.p == 1 and above:
                below.insert(0, self.number(sp.Integer(fixed.q)))
            else:
                above.insert(0, self.number(fixed))
        line = sign + (" * ".join(above) or self.number(sp.S.One))
        if not below:
            return line
        return f"{line} / {below[0]}" if len(below) == 1 else f"{line} / ({' * '.join(below)})"

    def enclosed(self, node: sp.Expr) -> str:
        """Written so that it can stand in a product."""
        if node.is_Pow and node.exp == 1:
            node = node.base
        written = self.write(node)
        return f"({written})" if node.is_Add or node.is_Mul or isinstance(node, sp.Piecewise) else written

    def power_of(self, node: sp.Pow) -> str:
        base, exponent = node.args
        if base == sp.E:
            return self.call(self.function_named("exp", exponent), self.write(exponent))
        if not exponent.is_Rational or (exponent.q > 1 and self.is_complex(base)):
            if exponent == sp.Rational(1, 2):
                return self.call(self.function_named("sqrt", base), self.write(base))
            name = self.function_named("power", base, exponent)
            return self.call(name, self.write(base), self.write(exponent))
        if exponent < 0:
            return f"{self.number(sp.S.One)} / {self.enclosed(sp.Pow(base, -exponent, evaluate=False))}"
        if exponent.q == 1:
            return self.power(base, int(exponent.p))
        if exponent.q in self.root_functions:
            root = self.call(self.root_functions[exponent.q], self.write(base))
        else:
            root = self.call(self.functions["root"], self.write(base), str(exponent.q))
        return root if exponent.p == 1 else self.raised(root, int(exponent.p))

    def raised(self, written: str, exponent: int) -> str:
        raise NotImplementedError

    def choice_of(self, node: sp.Piecewise) -> str:
        *cases, (otherwise, condition) = node.args
        text = self.write(otherwise)
        if condition != sp.true:
            cases, text = list(node.args), self.nothing
        for value, test in reversed(cases):
            text = self.choice(self.write(test), self.write(value), text)
        return text


def _is_negative(value: sp.Expr) -> bool:
    """The sign of a number; SymPy's own test leaves it open for a sum of roots."""
    if value.is_negative is not None or value.has(sp.I):
        return bool(value.is_negative)
    return bool(value.evalf(25) < 0)
