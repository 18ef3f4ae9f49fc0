"""A network as plain data, for JSON, and back: its profile and its kernel as text of the grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sympy as sp

from analytics.errors import ModelError, NearCriticalError
from analytics.expressions.grammar import number, parse, text_of, word
from analytics.expressions.notation import R, r, wavenumbers
from analytics.expressions.tree import kind_of, symbol_of
from analytics.network.activation import Activation, general
from analytics.network.band import Band
from analytics.network.kernel import Kernel, kernel
from analytics.network.modulation import place
from analytics.network.network import Network

Record = Mapping[str, Any]
Read = Callable[[str], sp.Expr]


def network_record(network: Network) -> dict[str, Any]:
    """Everything that makes a network, as text, numbers and lists, in a fixed order.

    activation: the profile rho in r, and psi in R where one was given; of the general one its order alone, None where
    that is open. kernel: the stencil, or the frequency omega of an infinite one; of a general one its name alone.
    modulation: p in s, where there is one.
    symbols: what the names in these and in the relations between constants stand for. The values of constants are None
    where they are open.
    """
    record = {
        "name": network.name,
        "activation": _activation_record(network.activation),
        "kernel": _kernel_record(network.kernel),
    }
    return record if network.modulation is None else record | {"modulation": text_of(network.modulation)}


def network_from_record(record: Record) -> Network:
    """The network that `network_record` has written, examined as any other.

    Raises ModelError for a record that is none, GrammarError for an expression that is not of the grammar, and what
    `Activation` and `Kernel` raise.
    """
    try:
        modulation = None
        if "modulation" in record:
            modulation = parse(_words(record["modulation"]), symbols={place.name: place})
        return Network(_activation(record["activation"]), _kernel(record["kernel"]), modulation)
    except NearCriticalError:
        raise
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError, NotImplementedError) as flaw:
        raise ModelError(
            "reading a network",
            "a record as `network_record` writes it is needed",
            f"{type(flaw).__name__} {flaw}",
            "Write the record anew.",
        ) from None


def _activation_record(entry: Activation) -> dict[str, Any]:
    if entry.is_general:
        return {"name": entry.name, "order": entry.order if isinstance(entry.order, int) else None}
    return {
        "name": entry.name,
        "profile": text_of(entry.profile),
        "inverse": None if entry.inverse is None else text_of(entry.inverse),
        **_constants_record(entry.constants, entry.relations),
    }


def _activation(record: Record) -> Activation:
    if "order" in record:
        return general(record["order"])
    read, constants, relations = _constants(record, (r, R))
    inverse = None if record["inverse"] is None else read(record["inverse"])
    return Activation(_words(record["name"]), read(record["profile"]), inverse, constants, relations)


def _kernel_record(entry: Kernel) -> dict[str, Any]:
    if entry.is_general:
        return {"name": entry.name}
    if entry.band is None:
        form: dict[str, Any] = {
            "stencil": [
                {"offset": list(offset), "coefficient": text_of(value)} for offset, value in entry.stencil
            ]
        }
    else:
        form = {"dimension": entry.dimension, "frequency": text_of(entry.band.frequency)}
    return {"name": entry.name, **form, **_constants_record(entry.constants, entry.relations)}


def _kernel(record: Record) -> Kernel:
    name = _words(record["name"])
    if record.keys() == {"name"}:
        return kernel(name)
    if "frequency" in record:
        dimension = record["dimension"]
        read, constants, relations = _constants(record, wavenumbers(dimension))
        band = Band(dimension, read(record["frequency"]))
        return Kernel(name, (), _valued(constants), band, relations)
    read, constants, relations = _constants(record, ())
    stencil = tuple((tuple(entry["offset"]), read(entry["coefficient"])) for entry in record["stencil"])
    return Kernel(name, stencil, _valued(constants), None, relations)


def _constants_record(
    constants: Iterable[tuple[sp.Symbol, sp.Expr | None]], relations: Iterable[sp.Eq]
) -> dict[str, Any]:
    values = {symbol: None if value is None else text_of(value) for symbol, value in constants}
    sides = [relation.args for relation in relations]
    named = sorted(
        {*values, *(symbol for pair in sides for side in pair for symbol in side.free_symbols)}, key=str
    )
    return {
        "symbols": {symbol.name: kind_of(symbol) for symbol in named},
        "constants": {symbol.name: value for symbol, value in values.items()},
        "relations": [[text_of(left), text_of(right)] for left, right in sides],
    }


def _constants(
    record: Record, variables: Iterable[sp.Symbol]
) -> tuple[Read, tuple[tuple[sp.Symbol, sp.Expr | None], ...], tuple[sp.Eq, ...]]:
    """What reads expressions in the variables and the constants, the constants, and the relations between them."""
    named = {name: symbol_of(name, kind) for name, kind in record["symbols"].items()}
    symbols = {word(symbol): symbol for symbol in (*named.values(), *variables)}

    def read(text: str) -> sp.Expr:
        return parse(text, symbols=symbols)

    given = record["constants"].items()
    constants = tuple((named[name], None if value is None else number(value)) for name, value in given)
    pairs = record["relations"]
    return read, constants, tuple(sp.Eq(read(left), read(right), evaluate=False) for left, right in pairs)


def _valued(constants: tuple[tuple[sp.Symbol, sp.Expr | None], ...]) -> tuple[tuple[sp.Symbol, sp.Expr], ...]:
    """Constants of a kernel, each of which has a value."""
    return tuple((symbol, value) for symbol, value in constants if value is not None)


def _words(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    return text
