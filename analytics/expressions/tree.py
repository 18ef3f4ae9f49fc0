"""Expressions and sets as plain data for JSON, and back to the very same tree, nothing simplified.

    R + psi(R)  <->  ["Add", ["Symbol", "R", "positive"], ["AppliedUndef", "psi", ["Symbol", "R", "positive"]]]

Steps of a derivation need it: their equations stand as written, with derivatives, matrices and undefined functions,
which the grammar's words do not keep apart. The grammar's limits of numbers and powers hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from analytics.errors import GrammarError
from analytics.exclusive import in_turn
from analytics.expressions.grammar import FUNCTIONS, MAX_BITS, require_moderate
from analytics.expressions.inverse_profile import InverseProfile
from analytics.expressions.mean import Mean
from analytics.expressions.notation import Constant, Share

Tree = list[Any]
"""The name of a kind of expression, then its parts: text, or trees."""

KINDS: dict[str, dict[str, bool]] = {
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "nonzero": {"real": True, "nonzero": True},
    "real": {"real": True},
    "complex": {},
    "positive integer": {"integer": True, "positive": True},
    "nonnegative integer": {"integer": True, "nonnegative": True},
    "integer": {"integer": True},
}
"""What a symbol can stand for, and the SymPy assumptions that say so."""

CONSTANTS: dict[str, type[sp.Symbol]] = {"constant": Constant, "share": Share}
"""Kinds of symbols of an activation's constants."""

MAX_DEPTH = 150
"""Parts inside one another."""

MAX_DIGITS = MAX_BITS // 4
"""Hexadecimal digits of a whole number."""

_ATOMS: dict[str, sp.Basic] = {
    "pi": sp.pi,
    "E": sp.E,
    "I": sp.I,
    "oo": sp.oo,
    "-oo": -sp.oo,
    "true": sp.true,
    "false": sp.false,
    "Complexes": sp.S.Complexes,
    "Reals": sp.S.Reals,
    "Integers": sp.S.Integers,
    "Naturals": sp.S.Naturals,
    "Naturals0": sp.S.Naturals0,
}
_NAMES = {atom: name for name, atom in _ATOMS.items()}

_OF_EXPRESSIONS: dict[str, Callable[..., sp.Basic]] = {
    kind.__name__: kind
    for kind in {
        *(sp.Add, sp.Mul, sp.Pow, InverseProfile, Mean),
        *(function for function, _ in FUNCTIONS.values() if isinstance(function, type)),
    }
}
"""Kinds that are made of expressions alone, by ``evaluate=False``."""

_UNEVALUATED: dict[str, Callable[..., sp.Basic]] = {
    kind.__name__: kind for kind in (sp.Eq, sp.Ne, sp.Ge, sp.Le, sp.Gt, sp.Lt, sp.Union, sp.Complement)
}
"""Other kinds that are made by ``evaluate=False``."""

_AS_THEY_ARE: dict[str, Callable[..., sp.Basic]] = {
    "Tuple": sp.Tuple,
    "Derivative": sp.Derivative,
    "UnevaluatedExpr": sp.UnevaluatedExpr,
    "Lambda": sp.Lambda,
    "Interval": sp.Interval,
    "FiniteSet": sp.FiniteSet,
    "ProductSet": sp.ProductSet,
    "CartesianComplexRegion": sp.ComplexRegion,
    "Piecewise": lambda *cases: sp.Piecewise(*map(tuple, cases), evaluate=False),
    "ExprCondPair": sp.Tuple,
}

_KINDS = _OF_EXPRESSIONS.keys() | _UNEVALUATED.keys() | _AS_THEY_ARE.keys()


def tree_of(expression: sp.Basic) -> Tree:
    """The tree of an expression, as `expression_of` reads it back. Raises GrammarError for what it has no kind for."""
    if expression in _NAMES:
        return [_NAMES[expression]]
    if isinstance(expression, sp.Rational):
        return ["Rational", f"{expression.p:x}", f"{expression.q:x}"]
    if isinstance(expression, sp.Symbol):
        return ["Symbol", expression.name, kind_of(expression)]
    if isinstance(expression, sp.MatrixBase):
        rows, columns = expression.shape
        return ["Matrix", str(rows), str(columns), *map(tree_of, expression.flat())]
    parts = [tree_of(part) for part in expression.args]
    if isinstance(expression, AppliedUndef):
        return ["AppliedUndef", expression.func.__name__, *parts]
    name = type(expression).__name__
    if name not in _KINDS:
        raise GrammarError(
            "writing an expression", "an expression of a known kind is needed", expression, "Rewrite it."
        )
    return [name, *parts]


@in_turn
def expression_of(tree: object) -> sp.Basic:
    """The expression that `tree_of` has written. Raises GrammarError for anything else."""
    try:
        return _read(tree, 0)
    except GrammarError:
        raise
    except Exception as flaw:  # SymPy's constructors refuse parts in many ways
        raise _refusal(f"{type(flaw).__name__} {flaw}") from None


def _read(tree: object, depth: int) -> sp.Basic:
    if not isinstance(tree, list) or not tree or depth > MAX_DEPTH:
        raise _refusal(tree if depth <= MAX_DEPTH else "parts nested too deeply")
    name, *parts = tree
    if name in _ATOMS and not parts:
        return _ATOMS[name]
    if name == "Rational":
        return _rational(*parts)
    if name == "Symbol":
        return symbol_of(*parts)
    if name == "Matrix":
        rows, columns, *entries = parts
        return sp.ImmutableMatrix(
            _whole(rows), _whole(columns), [_read(entry, depth + 1) for entry in entries]
        )
    if name == "AppliedUndef":
        called, *parts = parts
        return sp.Function(_named(called))(*(_read(part, depth + 1) for part in parts))
    arguments = [_read(part, depth + 1) for part in parts]
    if name in _OF_EXPRESSIONS:
        if not all(isinstance(argument, sp.Expr) for argument in arguments):
            raise _refusal(tree)
        require_moderate(name, tuple(arguments))
        return _OF_EXPRESSIONS[name](*arguments, evaluate=False)
    if name in _UNEVALUATED:
        return _UNEVALUATED[name](*arguments, evaluate=False)
    if name in _AS_THEY_ARE:
        return _AS_THEY_ARE[name](*arguments)
    raise _refusal(name)


def kind_of(symbol: sp.Symbol) -> str:
    """What a symbol stands for, a key of `KINDS` or of `CONSTANTS`. Raises GrammarError where it is none."""
    for name, constant in CONSTANTS.items():
        if type(symbol) is constant:
            return name
    for name, assumptions in KINDS.items():
        if sp.Symbol(symbol.name, **assumptions) == symbol:
            return name
    raise GrammarError(
        "writing a symbol", f"symbols must be {', '.join(KINDS)}", symbol, "Give it one of these assumptions."
    )


@lru_cache(maxsize=1024)
def symbol_of(name: object, kind: object) -> sp.Symbol:
    """The symbol of a name and a kind. Raises GrammarError for another kind, or what is no name."""
    if kind in CONSTANTS:
        return CONSTANTS[str(kind)](_named(name), positive=True)
    if kind not in KINDS:
        raise GrammarError("reading a symbol", f"it must be {', '.join(KINDS)}", repr(kind), "Change it.")
    return sp.Symbol(_named(name), **KINDS[str(kind)])


@lru_cache(maxsize=1024)
def _rational(numerator: object, denominator: object) -> sp.Rational:
    over, under = _whole(numerator), _whole(denominator)
    if under < 1:
        raise _refusal(denominator)
    return sp.Rational(over, under)


def _named(name: object) -> str:
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z_][\w{},+-]{0,60}", name, re.ASCII):
        raise GrammarError(
            "reading an expression", "a symbol is a name", repr(name), "Use letters and digits."
        )
    return name


def _whole(text: object) -> int:
    if not isinstance(text, str) or not re.fullmatch(rf"-?[0-9a-f]{{1,{MAX_DIGITS}}}", text):
        raise _refusal(text)
    return int(text, 16)


def _refusal(received: object) -> GrammarError:
    return GrammarError(
        "reading an expression", "a tree as `tree_of` writes it is needed", repr(received), "Write it anew."
    )
