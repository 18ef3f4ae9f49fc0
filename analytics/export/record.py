"""A law as plain data, for JSON, and back. Every expression is text of the grammar; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import sympy as sp

from analytics.errors import GrammarError, LawError, NearCriticalError
from analytics.export.network_record import network_from_record, network_record
from analytics.expressions import printing
from analytics.expressions.grammar import names_in, number, parse, text_of, word
from analytics.expressions.mean import Mean
from analytics.expressions.notation import winding
from analytics.expressions.parameter import Parameter
from analytics.expressions.tree import KINDS
from analytics.law.law import Law
from analytics.law.statement import Curve
from analytics.law.step import Step
from analytics.network.network import Network

SETS = {
    "complex": sp.S.Complexes,
    "integers": sp.S.Integers,
    "naturals": sp.S.Naturals,
    "naturals0": sp.S.Naturals0,
}


RELATIONS = {"==": sp.Eq, "!=": sp.Ne, ">=": sp.Ge, "<=": sp.Le, ">": sp.Gt, "<": sp.Lt}
"""Sign of a condition -> the relation."""


def law_record(law: Law) -> dict[str, Any]:
    """Everything that a law says, as text, numbers and lists, in a fixed order; its network as `network_record` has it.

    The steps carry their equations as LaTeX: they are there to be read, and are not read back. A law with a remainder
    has the first terms that it drops, where they are known, and the exact law along its states, where there is one.
    The right side of a law of several values is a list; a condition is None or left, relation and right. The law
    of the growth of perturbations is there where a law gives several steady states.
    Raises GrammarError for an expression outside the grammar.
    """
    return {"name": law.name, "network": network_record(law.network), **_law_record(law)}


def _law_record(law: Law) -> dict[str, Any]:
    """The record of a law of the network that the whole record has."""
    base: dict[str, Any] = {
        "name": law.name,
        "meaning": law.meaning,
        "observable": law.observable,
        "subject": _symbol_record(law.subject),
        "codomain": set_text(law.codomain),
        "equation": {
            "left": _side_text(law.equation.lhs),
            "right": _side_text(law.equation.rhs),
            "latex": law.latex(),
        },
        "parameters": [_parameter_record(parameter) for parameter in law.parameters],
        "constants": {
            **{str(symbol): text_of(value) for symbol, value in law.network.constants.items()},
            **{str(symbol): None for symbol in law.network.open},
        },
        "remainder": None if law.remainder is None else text_of(law.remainder),
        "limit": None
        if law.limit is None
        else {
            "parameter": str(law.limit[0]),
            "value": _end_text(law.limit[1]),
            **({"companions": [str(symbol) for symbol in law.companions]} if law.companions else {}),
        },
        "period": None if law.period is None else text_of(law.period),
        "condition": _condition_record(law.condition),
        "validity": law.validity,
        "source": law.source,
        "where": [_law_record(other) for other in law.where],
        "alternatives": [_law_record(other) for other in law.alternatives],
        "steps": [_step_record(step) for step in law.steps],
    }
    if law.growth is not None:
        base["growth"] = _law_record(law.growth)
    if law.dropped:
        base["dropped"] = [text_of(term) for term in law.dropped]
    if law.exact is not None:
        base["exact"] = _curve_record(law.exact)
    return base


def _curve_record(curve: Curve) -> dict[str, Any]:
    return {
        "law": curve.law,
        "parameter": _symbol_record(curve.parameter),
        "drive": text_of(curve.drive),
        "values": [text_of(value) for value in curve.values],
        "positive": text_of(curve.positive),
        "regime": curve.regime,
    }


def _curve(record: Mapping[str, Any], read: Callable[..., sp.Expr]) -> Curve:
    parameter = _symbol(record["parameter"])
    inner = {word(parameter): parameter}
    return Curve(
        _words(record, "law"),
        parameter,
        read(record["drive"], inner),
        tuple(read(value, inner) for value in record["values"]),
        read(record["positive"], inner),
        _words(record, "regime"),
    )


def law_from_record(record: Mapping[str, Any], network: Network | None = None) -> Law:
    """The law that `law_record` has written, without its steps.

    network: that of the record where it is at hand, so that it need not be examined again.
    Raises LawError for a record that is none, or one of another network, GrammarError for an expression that is not of
    the grammar, and what `network_from_record` raises.
    """
    try:
        if network is None:
            return _law(record, network_from_record(record["network"]))
        if record["network"] != network_record(network):
            need, name = (
                f"its record must be of {network.name}, with its constants",
                record["network"]["name"],
            )
            raise LawError("reading a law", need, name, "Leave the network out.")
        return _law(record, network)
    except NearCriticalError:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError, NotImplementedError) as flaw:
        raise LawError(
            "reading a law",
            "a record as `law_record` writes it is needed",
            f"{type(flaw).__name__} {flaw}",
            "Write the record anew.",
        ) from None


def _law(record: Mapping[str, Any], network: Network) -> Law:
    where = tuple(_law(other, network) for other in record["where"])
    subject = _symbol(record["subject"])
    constants = {symbol.name: symbol for symbol in (*network.constants, *network.open)}
    parameters = tuple(_parameter(entry, constants) for entry in record["parameters"])
    known = [subject, *(p.symbol for p in parameters), *constants.values(), *(law.subject for law in where)]
    symbols = {word(symbol): symbol for symbol in known}
    symbols.setdefault(winding.name, winding)

    def read(text: str, inner: Mapping[str, sp.Symbol] | None = None) -> sp.Expr:
        functions = {"psi": network.activation.psi, "mean": Mean}
        return parse(text, symbols={**symbols, **(inner or {})}, functions=functions)

    def side(right: str | list[str]) -> sp.Basic:
        return read(right) if isinstance(right, str) else sp.Tuple(*map(read, right))

    limit, equation = record["limit"], record["equation"]
    return Law(
        name=_words(record, "name"),
        meaning=_words(record, "meaning"),
        observable=_words(record, "observable"),
        network=network,
        subject=subject,
        equation=sp.Eq(read(equation["left"]), side(equation["right"]), evaluate=False),
        parameters=parameters,
        codomain=set_from_text(record["codomain"], constants),
        remainder=None if record["remainder"] is None else read(record["remainder"]),
        limit=None if limit is None else (symbols[limit["parameter"]], _end(limit["value"])),
        validity=_words(record, "validity"),
        source=_words(record, "source"),
        steps=(),
        where=where,
        period=None if record["period"] is None else read(record["period"]),
        condition=_condition(record["condition"], read),
        alternatives=tuple(_law(other, network) for other in record["alternatives"]),
        companions=tuple(symbols[name] for name in (limit or {}).get("companions", ())),
        growth=_law(record["growth"], network) if "growth" in record else None,
        dropped=tuple(map(read, record.get("dropped", ()))),
        exact=_curve(record["exact"], read) if "exact" in record else None,
    )


def _words(record: Mapping[str, Any], key: str) -> str:
    if not isinstance(record[key], str):
        raise TypeError(f"{key} is no text")
    return str(record[key])


def _side_text(side: sp.Basic) -> str | list[str]:
    """An expression as text; the values of several branches as a list."""
    if isinstance(side, sp.Tuple):
        return [str(_side_text(entry)) for entry in side]
    return text_of(side)


def _condition_record(condition: sp.Basic) -> dict[str, str] | None:
    if condition == sp.true:
        return None
    for sign, relation in RELATIONS.items():
        if isinstance(condition, relation):
            return {"left": text_of(condition.lhs), "relation": sign, "right": text_of(condition.rhs)}
    raise LawError(
        "writing a law", "a condition compares two expressions", condition, "Use sympy.Eq, Ne or Ge."
    )


def _condition(record: Mapping[str, str] | None, read: Callable[[str], sp.Expr]) -> sp.Basic:
    if record is None:
        return sp.true
    return RELATIONS[record["relation"]](read(record["left"]), read(record["right"]), evaluate=False)


def _symbol_record(symbol: sp.Symbol) -> dict[str, str]:
    return {"symbol": symbol.name, "kind": _kind(symbol), "latex": printing.latex(symbol)}


def _kind(symbol: sp.Symbol) -> str:
    for kind, assumptions in KINDS.items():
        if sp.Symbol(symbol.name, **assumptions) == symbol:
            return kind
    raise LawError(
        "writing a law",
        f"symbols must be {', '.join(KINDS)}",
        symbol,
        "Give the symbol one of these assumptions.",
    )


def _symbol(record: Mapping[str, str]) -> sp.Symbol:
    name = record["symbol"]
    if not re.fullmatch(r"[A-Za-z_]\w{0,40}", name, re.ASCII):
        raise GrammarError("reading a law", "a symbol is a name", repr(name), "Use letters and digits.")
    return sp.Symbol(name, **KINDS[record["kind"]])


def _parameter_record(parameter: Parameter) -> dict[str, Any]:
    return {
        **_symbol_record(parameter.symbol),
        "meaning": parameter.meaning,
        "unit": parameter.unit,
        "domain": set_text(parameter.domain),
        "default": None if parameter.default is None else text_of(parameter.default),
    }


def _parameter(record: Mapping[str, Any], constants: Mapping[str, sp.Symbol]) -> Parameter:
    default = None if record["default"] is None else number(record["default"])
    domain = set_from_text(record["domain"], constants)
    return Parameter(_symbol(record), _words(record, "meaning"), _words(record, "unit"), domain, default)


def _step_record(step: Step) -> dict[str, Any]:
    check = step.check
    return {
        "claim": step.claim,
        "latex": printing.latex(step.equation, step.remainder),
        "check": {
            "kind": check.kind,
            "symbolic": check.symbolic,
            "numeric": check.numeric,
            "points": check.points,
            "digits": check.digits,
        },
    }


# -- sets of numbers --


def set_text(domain: sp.Set) -> str:
    """A set as text: "(0, oo)", "[-pi, 0) | (0, pi]", "integers", "complex", the strip "(-pi, pi] + i [0, 5]"."""
    for name, known in SETS.items():
        if domain == known:
            return name
    if isinstance(domain, sp.ComplexRegion) and not domain.polar:
        across, along = domain.sets.args
        return f"{set_text(across)} + i {set_text(along)}"
    pieces = domain.args if isinstance(domain, sp.Union) else [domain]
    if domain == sp.S.Reals:
        pieces = [sp.Interval(-sp.oo, sp.oo)]
    return " | ".join(_interval_text(piece) for piece in sorted(pieces, key=lambda piece: piece.inf))


def _interval_text(piece: sp.Set) -> str:
    if not isinstance(piece, sp.Interval):
        raise LawError("writing a law", "a domain is made of intervals", piece, "Use sympy.Interval.")
    left, right = "(" if piece.left_open else "[", ")" if piece.right_open else "]"
    return f"{left}{_end_text(piece.start)}, {_end_text(piece.end)}{right}"


def set_from_text(text: str, constants: Mapping[str, sp.Symbol] = MappingProxyType({})) -> sp.Set:
    """The set that `set_text` has written; constants: those that may stand in its ends, by name."""
    if text in SETS:
        return SETS[text]
    across, strip, along = text.partition("+ i")
    if strip:
        return sp.ComplexRegion(set_from_text(across, constants) * set_from_text(along, constants))
    pieces = []
    for piece in text.split("|"):
        match = re.fullmatch(r"\s*([(\[])([^,]*),([^,]*)([)\]])\s*", piece)
        if match is None:
            raise GrammarError(
                "reading a domain", "intervals such as (0, oo) are read", repr(piece), "Write [a, b)."
            )
        left, start, end, right = match.groups()
        pieces.append(sp.Interval(_end(start, constants), _end(end, constants), left == "(", right == ")"))
    return sp.Union(*pieces)


def _end_text(value: sp.Expr) -> str:
    return str(value) if value in (sp.oo, -sp.oo) else text_of(value)


def _end(text: str, constants: Mapping[str, sp.Symbol] = MappingProxyType({})) -> sp.Expr:
    ends = {"oo": sp.oo, "-oo": -sp.oo}
    if text.strip() in ends:
        return ends[text.strip()]
    return parse(text, symbols=constants) if names_in(text) & constants.keys() else number(text)
