"""Constants of a network: what their names and values may be, and for which of their values a profile is a sigmoid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import sympy as sp

from analytics.errors import ActivationError, DerivationError
from analytics.expressions.grammar import CONSTANTS, FUNCTIONS
from analytics.expressions.intervals import decimal, sign, vanishes
from analytics.expressions.notation import Constant, Share, is_positive, is_taken, r, without_shares
from analytics.network import sigmoid
from analytics.network.acceptance import inverts, leading_nonlinearity, saturation
from analytics.network.relations import Constants, settled_profile

Refuse = Callable[[str, object, str], NoReturn]
"""Raises the error of what is examined, given a requirement, what was received and a remedy."""

CLOSE = sp.Rational(88, 89)
"""Multiple of the constants' values at which an inverse is tried too."""


def examine_constants(refuse: Refuse, constants: Constants) -> None:
    """Names that are free, with exact, real values that are told from 0."""
    for symbol, value in constants:
        if not isinstance(symbol, sp.Symbol):
            refuse("a constant is named by a symbol", repr(symbol), "Use sympy.Symbol.")
        if value.free_symbols:
            refuse(f"the constant {symbol} must be a number", value, "Give every constant a value.")
        if is_taken(symbol.name) or symbol.name in CONSTANTS or symbol.name in FUNCTIONS:
            refuse(
                "a constant needs a name that is not one of the theory or the grammar", symbol, "Rename it."
            )
        if symbol.is_real is not True:
            refuse(
                f"the symbol of the constant {symbol} must be declared real",
                "one that is not",
                f"Write sympy.Symbol('{symbol}', real=True).",
            )
        if value.is_real is not True or value.is_finite is not True:
            refuse(f"the constant {symbol} must be real", value, "Write i into the stencil.")
        require_told_from_zero(refuse, f"the constant {symbol}", value)


def examine_pairs(refuse: Refuse, field: str, pairs: object) -> None:
    """Pairs in a tuple, their second parts exact expressions."""
    if not isinstance(pairs, tuple) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        refuse(
            f"the {field} must be a tuple of pairs",
            repr(pairs),
            "Write (((1,), a), ((-1,), b)) for a stencil, ((c, value),) for constants.",
        )
    for key, value in pairs:
        examine_exact(refuse, f"the value of {key} in the {field}", value)


def examine_exact(refuse: Refuse, what: str, value: object) -> None:
    if not isinstance(value, sp.Expr) or value.has(sp.Float):
        refuse(
            f"{what} must be an exact SymPy expression",
            repr(value),
            "Write sympy.Rational(1, 2) for 0.5, sympy.I for 1j.",
        )


def require_told_from_zero(refuse: Refuse, what: str, value: sp.Expr) -> None:
    if vanishes(value) is None:
        refuse(f"{what} must be 0 or be told from 0 by its first 1000 digits", value, "Simplify it.")


def plain(value: sp.Expr) -> sp.Expr:
    """An exact number, 0 where it is that, and without i where (1 + i)(1 - i) is real."""
    if value.free_symbols or value.is_Rational:
        return value
    if value.has(sp.I) and value.is_real is None:
        value = sp.simplify(sp.expand(value, complex=True))
    return sp.S.Zero if vanishes(value) else value


@dataclass(frozen=True, slots=True)
class Family:
    """A profile, its inverse if one is given, the constants that are left in them, and the relations inserted."""

    profile: sp.Expr
    inverse: sp.Expr | None
    constants: Constants
    relations: tuple[sp.Eq, ...]


def family(name: str, profile: sp.Expr, inverse: sp.Expr | None, constants: Constants) -> Family:
    """The profile with a symbol for each constant whatever whose value it is proved to be a sigmoid.

    The symbol is a `Constant`, positive, or a `Share`, up to 1. For all values rho' <= 1 is proved too. Relations
    that hold at the values, such as a b = 1, are inserted, and so are values of constants of which nothing is proved.
    """
    positive = {
        symbol: Constant(symbol.name, positive=True) for symbol, value in constants if sign(value) == 1
    }
    named = tuple((positive.get(symbol, symbol), value) for symbol, value in constants)
    relations: tuple[sp.Eq, ...] = ()
    form = profile.xreplace(positive)
    try:
        settled = settled_profile(form, r, named)
    except DerivationError:  # with an exponent that is a symbol, say
        pass
    else:
        form, named, relations = settled.form, settled.constants, settled.relations
    chosen: dict[sp.Symbol, sp.Symbol] = {}
    values = {symbol.name: value for symbol, value in named}
    back = (
        None
        if inverse is None
        else inverse.xreplace(positive).subs([relation.args for relation in relations])
    )
    for symbol, value in named:
        for kind in _kinds(symbol, value):
            trial = {other: chosen.get(other, at) for other, at in named} | {symbol: kind}
            if _is_known(name, form.xreplace(trial), back and back.xreplace(trial), values):
                chosen[symbol] = kind
                break
    fixed = {symbol: value for symbol, value in named if symbol not in chosen}
    insert = {**fixed, **chosen}
    return Family(
        form.xreplace(insert),
        back and back.xreplace(insert),
        tuple((chosen[symbol], value) for symbol, value in named if symbol in chosen),
        (
            *(relation.xreplace(chosen) for relation in relations),
            *(sp.Eq(*pair, evaluate=False) for pair in fixed.items()),
        ),
    )


def _kinds(symbol: sp.Symbol, value: sp.Expr) -> tuple[sp.Symbol, ...]:
    """What may stand for a positive value: a symbol for all of them, and one for those up to 1."""
    if not isinstance(symbol, Constant):
        return ()
    share = Share(symbol.name, positive=True)
    return (symbol, share) if sign(1 - value) != -1 else (symbol,)


def _is_known(name: str, profile: sp.Expr, inverse: sp.Expr | None, values: dict[str, sp.Expr]) -> bool:
    """Is it proved for all values of the constants that the profile is a sigmoid with rho' <= 1, of one order?"""
    ones = dict.fromkeys(profile.atoms(Share), sp.S.One)
    if not all(map(_is_known_sigmoid, {profile, profile.xreplace(ones)})):
        return False
    try:
        order, coefficient = leading_nonlinearity(name, profile)
        saturation(name, profile)
    except ActivationError:
        return False
    if inverse is not None:
        nearby = {symbol: values[symbol.name] * CLOSE for symbol in profile.atoms(Constant)}
        bend = decimal(coefficient.xreplace(nearby) ** sp.Rational(-1, order), 6)
        if not inverts(inverse.xreplace(nearby), profile.xreplace(nearby), bend):
            return False
    return is_positive(coefficient)


def _is_known_sigmoid(profile: sp.Expr) -> bool:
    """Is it odd, of unit gain, below r, and its slope between 0 and 1, for all values of the constants?"""
    form = without_shares(profile)
    if sp.expand(form.xreplace({r: -r}) + form) != 0:
        return False
    if not (sigmoid.is_known_to_rise_below(form, sp.S.One) and sigmoid.is_known_to_contract(form, sp.S.One)):
        return False
    return bool(sp.simplify(sp.diff(form, r).subs(r, 0)) == 1)
