"""Model files: a network described in TOML, every value exact.

The keys are documented in ``examples/model.toml``. Numbers and expressions are read by the grammar, and a
TOML float is taken from its source text, so that ``c = 0.3`` is 3/10 and never a binary fraction.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from analytics.errors import ModelError, unknown_name
from nearcritical.model.model import LARGEST_DIMENSION, Model, Texts
from nearcritical.system.files import read_bytes

SECTIONS: dict[str, tuple[str, ...]] = {
    "activation": ("name", "profile", "inverse"),
    "kernel": ("name", "dimension", "stencil", "frequency"),
    "constants": (),  # any name
    "modulation": ("shape",),
    "verification": ("digits",),
}

LONGEST_FILE = 100_000
LONGEST_KEY = 20
LONGEST_EXPRESSION = 2_000
LARGEST_WHOLE = 10**3000


def model_of_names(
    activation: str,
    kernel: str,
    dimension: int,
    constants: Iterable[tuple[str, str]],
    modulation: str | None = None,
) -> Model:
    """The model that options or arguments name.

    An own profile or frequency is text that is no single word, or the variable r or k alone.
    """
    for key, name in (("activation", activation), ("kernel", kernel)):
        if not isinstance(name, str):
            raise ModelError("network", f"the {key} is given by name", _shown(name), "Give text.")
        if name:
            _text("network", key, name)
    is_named = activation.isidentifier() and activation != "r"
    has_name = kernel.isidentifier() and not re.fullmatch(r"k\d*", kernel)
    return Model(
        activation=activation if is_named else "own",
        profile=None if is_named else activation,
        kernel=kernel if has_name else "own",
        frequency=None if has_name else kernel,
        dimension=_whole("network", "dimension", dimension, LARGEST_DIMENSION),
        constants=tuple(constants),
        modulation=_text("network", "modulation", modulation),
    )


def read_model(path: str | Path) -> Model:
    """The model in a TOML file. Raises ModelError in one line: file, key, requirement, value, remedy."""
    origin = str(path) or "''"
    try:
        content = read_bytes(path, LONGEST_FILE + 1)
    except (OSError, ValueError, TypeError) as error:  # ValueError: a path with a zero byte
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise ModelError(origin, "a readable file is needed", reason, "Check the path.") from error
    if len(content) > LONGEST_FILE:
        raise ModelError(origin, f"at most {LONGEST_FILE} bytes are read", "more", "Shorten it.")
    return model_of_text(content, origin)


def with_constants(model: Model, constants: Iterable[tuple[str, str]]) -> Model:
    """The model with these constants, in place of its own of the same names and beside its others."""
    return replace(model, constants=tuple({**dict(model.constants), **dict(constants)}.items()))


def model_of_text(content: bytes, origin: str) -> Model:
    """The model in the text of a TOML file that messages call `origin`."""
    sections = _sections(content, origin)
    activation, kernel = sections["activation"], sections["kernel"]
    digits = sections["verification"].get("digits")
    _require_one_definition(origin, activation, kernel)
    stencil = kernel.get("stencil")
    own_kernel = stencil is not None or "frequency" in kernel
    return Model(
        origin=origin,
        activation=_text(origin, "activation.name", activation.get("name"))
        or ("own" if "profile" in activation else "algebraic"),
        profile=_text(origin, "activation.profile", activation.get("profile")),
        inverse=_text(origin, "activation.inverse", activation.get("inverse")),
        kernel=_text(origin, "kernel.name", kernel.get("name")) or ("own" if own_kernel else "laplacian"),
        dimension=_whole(origin, "kernel.dimension", kernel.get("dimension", 1), LARGEST_DIMENSION),
        stencil=None if stencil is None else _texts(origin, "kernel.stencil", stencil),
        frequency=_text(origin, "kernel.frequency", kernel.get("frequency")),
        constants=_texts(origin, "constants", sections["constants"]),
        modulation=_text(origin, "modulation.shape", sections["modulation"].get("shape")),
        digits=None if digits is None else _whole(origin, "verification.digits", digits, None),
    )


def _sections(content: bytes, origin: str) -> dict[str, dict[str, object]]:
    """The tables of a TOML file, of which every name is known."""
    try:
        text = content.decode()
        _require_short_keys(origin, text)
        document = tomllib.loads(text, parse_float=lambda number: number.replace("_", ""))
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, ValueError) else "nested too deeply"
        raise ModelError(origin, "a TOML file is needed", reason, "Compare examples/model.toml.") from error
    if not document:
        given = ", ".join(f"[{name}]" for name in SECTIONS)
        raise ModelError(origin, "a model file must describe a network", "an empty one", f"Give {given}.")
    for name in document:
        if name not in SECTIONS:
            raise unknown_name(origin, "section", name, SECTIONS)
    sections = {name: _table(origin, name, document.get(name, {})) for name in SECTIONS}
    for name, keys in SECTIONS.items():
        for key in sections[name]:
            if keys and key not in keys:
                raise unknown_name(f"{origin}: [{name}]", "key", key, keys)
    return sections


def _require_one_definition(
    origin: str, activation: Mapping[str, object], kernel: Mapping[str, object]
) -> None:
    """Raise ModelError for keys that contradict each other."""
    if {"stencil", "frequency"} <= kernel.keys():
        key, need = "kernel.frequency", "a kernel is given by its stencil or its frequency"
    elif {"stencil", "dimension"} <= kernel.keys():
        key, need = "kernel.dimension", "the offsets of a stencil give the dimension"
    elif "inverse" in activation and "profile" not in activation:
        raise ModelError(
            f"{origin}: activation.inverse",
            "an inverse belongs to an own profile",
            "no profile",
            "Add profile = ...",
        )
    else:
        return
    raise ModelError(f"{origin}: {key}", need, "both", "Leave one out.")


def _require_short_keys(origin: str, text: str) -> None:
    """Raise ModelError for a key of many parts, a.a.a.a: of a thousand, the reader of TOML would take minutes."""
    for piece in re.split(r"[^\w \t.-]", re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|#.*", "", text)):
        if piece.count(".") > LONGEST_KEY:
            raise ModelError(
                origin, f"keys have at most {LONGEST_KEY} parts", f"{piece.count('.')} dots", "Shorten it."
            )


def _table(origin: str, key: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ModelError(
            f"{origin}: {key}", "a table is needed", _shown(value), f"Write [{key}], then its keys."
        )
    return value


def _text(origin: str, key: str, value: object) -> str | None:
    """Text, or a number as it was written; None where the key is absent."""
    if isinstance(value, str) and len(value) > LONGEST_EXPRESSION:
        raise ModelError(
            f"{origin}: {key}", f"at most {LONGEST_EXPRESSION} characters are read", len(value), "Shorten it."
        )
    if value is None or (isinstance(value, str) and value.strip()):
        return value if value is None else str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_WHOLE:
        return str(value)
    raise ModelError(
        f"{origin}: {key}", "text or a number is needed", _shown(value), 'Write it as text, "3/10".'
    )


def _shown(value: object) -> str:
    try:
        return repr(value)
    except (ValueError, RecursionError):  # Python writes no integer of more than 4300 digits
        return "a value too long to show"


def _texts(origin: str, section: str, value: object) -> Texts:
    table = _table(origin, section, value)
    return tuple((key, _text(origin, f"{section}.{key}", each) or "") for key, each in table.items())


def _whole(origin: str, key: str, value: object, most: int | None) -> int:
    inside = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if not inside or not isinstance(value, int) or (most is not None and value > most):
        limits = "1 or more" if most is None else f"from 1 to {most}"
        raise ModelError(
            f"{origin}: {key}", f"a whole number {limits} is needed", _shown(value), "Change it."
        )
    return value
