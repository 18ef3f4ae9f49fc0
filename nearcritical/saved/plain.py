"""Frozen records as plain data, and back: what a field may hold is read off its type.

    Enclosure(midpoint, radius)  <->  {"midpoint": "0x3p-1", "radius": "0x1p-170"}

A number of mpmath is its mantissa and its power of two, an expression its tree. Nothing in the data names a class but
the inputs and frames that are listed here. A record is made by its own constructor, which examines it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import mpmath
import sympy as sp
from mpmath.libmp import finf, fnan, fninf, from_man_exp

from analytics.errors import NearCriticalError, SavedError
from analytics.evaluation.mpmath_types import Number, Raw
from analytics.expressions.tree import expression_of, tree_of
from analytics.network.network import Network

Kind = Any
"""The type of a field, as `typing` has it."""

MANTISSA = re.compile(r"(-?)0x([0-9a-f]+)p(-?\d{1,18})", re.ASCII)
SPECIAL = {"inf": finf, "-inf": fninf, "nan": fnan}


@dataclass(frozen=True, slots=True)
class Shared:
    """What data refer to by a place in a list: networks, each once, and arrays of doubles or whole numbers."""

    networks: list[Network] = field(default_factory=list)
    arrays: list[Any] = field(default_factory=list)


def plain(value: Any, kind: Kind, shared: Shared) -> Any:
    """`value` of that kind as text, whole numbers, lists, mappings and None; what it shares is put into `shared`.

    Raises SavedError, or GrammarError for an expression, for what has no such form.
    """
    origin, arguments = _form(kind)
    if origin in (Union, UnionType):
        return None if value is None else plain(value, arguments[0], shared)
    if kind is Network:
        if value not in shared.networks:
            shared.networks.append(value)
        return shared.networks.index(value)
    if members := _members(kind):
        name = type(value).__name__
        if members.get(name) is not type(value):
            raise SavedError(
                "saving", f"one of {', '.join(members)} is needed", repr(value), "Save its parts."
            )
        return {name: plain(value, members[name], shared)}
    if isinstance(kind, type) and is_dataclass(kind):
        return {name: plain(getattr(value, name), each, shared) for name, each in kinds_of(kind).items()}
    if origin is tuple:
        each = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        return [plain(part, one, shared) for part, one in zip(value, each, strict=True)]
    if origin is Mapping:
        return {name: plain(each, arguments[1], shared) for name, each in value.items()}
    if hasattr(value, "dtype"):
        return _array_plain(value, shared)
    if isinstance(value, sp.Basic):
        return tree_of(value)
    if hasattr(value, "_mpf_") or hasattr(value, "_mpc_"):
        return _number_text(value)
    if kind is float:
        return float(value).hex()
    if isinstance(value, str | bool | int | None):
        return value
    raise SavedError("saving", "a number, an expression or text is needed", repr(value), "Save its parts.")


def made(data: Any, kind: Kind, shared: Shared) -> Any:
    """The value of that kind that `plain` has written.

    Raises SavedError for data of another form, and what the constructors of records raise for values of another kind.
    """
    origin, arguments = _form(kind)
    if origin in (Union, UnionType):
        return None if data is None else made(data, arguments[0], shared)
    if kind is Network:
        return shared.networks[_place(data, shared.networks)]
    if members := _members(kind):
        ((name, parts),) = _mapping(data, members, 1).items()
        return made(parts, members[name], shared)
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = kinds_of(kind)
        parts = _mapping(data, kinds, len(kinds))
        record: Any = kind
        return record(**{name: made(parts[name], each, shared) for name, each in kinds.items()})
    if origin is tuple:
        parts = _listed(data)
        each = arguments[:1] * len(parts) if arguments[-1] is Ellipsis else arguments
        if len(parts) != len(each):
            raise _refusal(data)
        return tuple(made(part, one, shared) for part, one in zip(parts, each))
    if origin is Mapping:
        return {name: made(part, arguments[1], shared) for name, part in _mapping(data).items()}
    if isinstance(data, dict):
        return _array_made(data, shared)
    if kind is Any and data is None:
        return None
    if kind is Any:
        return _number(data) if _is_number(data) else expression_of(data)
    if kind is Number:
        return _number(data)
    if isinstance(kind, type) and issubclass(kind, sp.Basic):
        return _required(expression_of(data), kind)
    if kind is float:
        return float.fromhex(_required(data, str))
    if origin is Literal and data in arguments:
        return data
    return _required(data, kind)


@lru_cache(maxsize=64)
def kinds_of(record: type) -> Mapping[str, Kind]:
    """Field -> its type, `Self` being the record's."""
    return get_type_hints(record, localns={"Self": record})


def _form(kind: Kind) -> tuple[Any, tuple[Any, ...]]:
    """What a type is made by, such as tuple or Union, and of what."""
    return get_origin(kind), get_args(kind)


def _members(kind: Kind) -> Mapping[str, type]:
    """The records that stand for a protocol, by name; none for any other kind."""
    if not getattr(kind, "_is_protocol", False) or kind is Number:
        return {}
    from numerics.landscapes.landscape import Landscape
    from numerics.lattice.cosine_input import Cosine
    from numerics.lattice.inputs import Background, Input, Oscillation, Samples
    from numerics.steady_states.two_tones import MovingFrame, TwoForcings

    members = (
        (Background, Oscillation, Samples, Landscape, Cosine, TwoForcings)
        if kind is Input
        else (MovingFrame,)
    )
    return {member.__name__: member for member in members}


def _number_text(value: Any) -> str | list[str]:
    """A number of mpmath with all its bits; of a complex one both parts."""
    if hasattr(value, "_mpc_"):
        return [_real_text(part) for part in value._mpc_]
    return _real_text(value._mpf_)


def _real_text(raw: Raw) -> str:
    for text, special in SPECIAL.items():
        if raw == special:
            return text
    sign, mantissa, exponent, _ = raw
    return f"{'-' if sign else ''}{int(mantissa):#x}p{int(exponent)}"


def _number(data: object) -> Any:
    if isinstance(data, list):
        real, imaginary = map(_raw, data)
        return mpmath.mp.make_mpc((real, imaginary))
    return mpmath.mp.make_mpf(_raw(data))


def _raw(text: object) -> Raw:
    if isinstance(text, str) and text in SPECIAL:
        return SPECIAL[text]
    match = MANTISSA.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise _refusal(text)
    sign, mantissa, exponent = match.groups()
    size = int(mantissa, 16)
    return from_man_exp(-size if sign else size, int(exponent))


def _array_plain(values: Any, shared: Shared) -> dict[str, Any]:
    """An array of doubles by its place in the list; one of exact numbers by its shape and its numbers."""
    if values.dtype != object:
        shared.arrays.append(values)
        return {"array": len(shared.arrays) - 1}
    return {"shape": list(values.shape), "numbers": [plain(each, Any, shared) for each in values.ravel()]}


def _array_made(data: Mapping[str, Any], shared: Shared) -> Any:
    import numpy as np

    if data.keys() == {"array"}:
        return shared.arrays[_place(data["array"], shared.arrays)]
    parts = _mapping(data, ("shape", "numbers"), 2)
    shape = made(parts["shape"], tuple[int, ...], shared)
    values = np.empty(len(_listed(parts["numbers"])), dtype=object)
    for place, each in enumerate(parts["numbers"]):
        values[place] = made(each, Any, shared)
    return values.reshape(shape)


def _is_number(data: object) -> bool:
    """Is it a number of mpmath rather than the tree of an expression, whose first entry is a name?"""
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, str) and (first in SPECIAL or MANTISSA.fullmatch(first) is not None)


def _place(data: object, there: list[Any]) -> int:
    if type(data) is not int or not 0 <= data < len(there):
        raise _refusal(data)
    return data


def _mapping(data: object, names: Any = None, count: int | None = None) -> dict[str, Any]:
    """A mapping, with so many of these names and no other."""
    if not isinstance(data, dict) or (
        names is not None and (len(data) != count or not data.keys() <= set(names))
    ):
        raise _refusal(data)
    return data


def _listed(data: object) -> list[Any]:
    return list(_required(data, list))


def _required(data: Any, kind: type) -> Any:
    if not (isinstance(data, kind) if issubclass(kind, sp.Basic) else type(data) is kind):
        raise _refusal(data)
    return data


def _refusal(data: object) -> NearCriticalError:
    return SavedError(
        "reading a record", "the data of its fields are needed", repr(data)[:200], "Save it anew."
    )
