"""Model files: a network described in TOML, every value exact.

The keys are documented in ``examples/model.toml``. Numbers and expressions are read by the grammar, and a
TOML float is taken from its source text, so that ``c = 0.3`` is 3/10 and never a binary fraction.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.errors import KernelError, ModelError, NearCriticalError, unknown_name
from analytics.exclusive import in_turn
from nearcritical.files import read_bytes

if TYPE_CHECKING:
    import sympy as sp

    from analytics.law.law import Law
    from analytics.network.activation import Activation
    from analytics.network.kernel import Kernel
    from analytics.network.network import Network
    from derivations.theory import Theory
    from nearcritical.progress import Progress

Texts = tuple[tuple[str, str], ...]
"""Names and their values, as written."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "activation": ("name", "profile", "inverse"),
    "kernel": ("name", "dimension", "stencil", "frequency"),
    "constants": (),  # any name
    "verification": ("digits",),
}

LONGEST_FILE = 100_000
LONGEST_KEY = 20
LONGEST_EXPRESSION = 2_000
LONGEST_STENCIL = 1_000
LARGEST_WHOLE = 10**3000
LARGEST_DIMENSION = 3
OFFSET = re.compile(rf"\s*[+-]?\d{{1,3}}\s*(,\s*[+-]?\d{{1,3}}\s*){{0,{LARGEST_DIMENSION - 1}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Model:
    """A network as a person wrote it: text only, and therefore cheap to hand to another process.

    origin: the path of the file, "" for a model given by options or from Python; it opens every message.
    activation: a name, or the label of an own `profile` in r, perhaps with its `inverse` in R.
    kernel: a name, or the label of an own `stencil`, offset -> coefficient, or `frequency` in k (k1, k2, ...).
    constants: values of the symbols in profile and stencil, and of a named kernel's.
    digits: of a verification, when none are asked for.
    """

    origin: str = ""
    activation: str = "algebraic"
    profile: str | None = None
    inverse: str | None = None
    kernel: str = "laplacian"
    dimension: int = 1
    stencil: Texts | None = None
    frequency: str | None = None
    constants: Texts = ()
    digits: int | None = None

    @in_turn
    def network(self) -> Network:
        """The network described. Raises a NearCriticalError that names the file and the key."""
        from analytics.network.network import Network

        values = self._constant_values()
        activation, in_activation = self._activation(values)
        kernel, in_kernel = self._kernel(values)
        for name in values:
            if name not in in_activation | in_kernel:
                with self._at("constants"):
                    raise unknown_name(
                        "setting a constant", "constant", name, sorted(in_activation | in_kernel)
                    )
        return Network(activation, kernel)

    def theory(self) -> Theory:
        """The theory of the network described; of equal models the same one, so that no law is derived twice."""
        return _theory(self)

    def laws(self, names: Sequence[str] = (), progress: Progress | None = None) -> list[Law]:
        """The laws of those names, or all; progress: told of each that is derived. Raises UnknownNameError."""
        theory, laws = self.theory(), []
        chosen = chosen_laws(theory, names)
        for done, name in enumerate(chosen):
            if progress:
                progress(f"deriving {name}", done, len(chosen))
            laws.append(theory[name])
        return laws

    def _constant_values(self) -> dict[str, sp.Expr]:
        from analytics.expressions import grammar
        from analytics.expressions.notation import is_taken
        from analytics.expressions.parameter import exact_number

        values: dict[str, sp.Expr] = {}
        for name, text in self.constants:
            with self._at(f"constants.{name}"):
                if not (name.isidentifier() and name.isascii()) or is_taken(name):
                    raise ModelError(
                        "setting a constant",
                        "a name of letters and digits that is not a symbol of the theory is needed",
                        repr(name),
                        "Rename it.",
                    )
                if name in values:
                    raise ModelError(
                        "setting a constant", "each is set once", f"{name} twice", "Leave one out."
                    )
                if (
                    name in grammar.CONSTANTS
                    or name in grammar.FUNCTIONS
                    or iskeyword(name)
                    or name == "where"
                ):
                    raise ModelError(
                        "setting a constant",
                        "a name without a meaning of its own is needed",
                        name,
                        "Rename it.",
                    )
                values[name] = exact_number(text)
        return values

    def _activation(self, values: Mapping[str, sp.Expr]) -> tuple[Activation, set[str]]:
        """The activation, and the names of the constants it uses."""
        from analytics.expressions.notation import R, r
        from analytics.network.activation import PROFILES, Activation, activation

        if self.profile is None:
            with self._at("activation.name"):
                return activation(self.activation), set()
        with self._at("activation.name"):
            _require_own_name("activation", self.activation, "profile", PROFILES)
        with self._at("activation.profile"):
            profile, used = _expression(self.profile, {"r": r}, values)
        inverse = None
        if self.inverse is not None:
            with self._at("activation.inverse"):
                inverse, also_used = _expression(self.inverse, {"R": R}, values)
                used |= also_used
        with self._at("activation"):
            return Activation(self.activation, profile, inverse), used

    def _kernel(self, values: Mapping[str, sp.Expr]) -> tuple[Kernel, set[str]]:
        """The kernel, and the names of the constants it has."""
        from analytics.network.kernel import STENCILS, Kernel, kernel

        if self.frequency is not None:
            with self._at("kernel.name"):
                _require_own_name("kernel", self.kernel, "frequency", STENCILS)
            return self._kernel_of_frequency(self.frequency, values)
        if self.stencil is None:
            with self._at("kernel"):
                names = {str(symbol) for symbol, _ in kernel(self.kernel, dimension=self.dimension).constants}
                given = {name: value for name, value in values.items() if name in names}
                return kernel(self.kernel, dimension=self.dimension, constants=given), names
        with self._at("kernel.name"):
            _require_own_name("kernel", self.kernel, "stencil", STENCILS)
        stencil, symbols = self._stencil_expressions(values)
        constants = tuple((symbol, values[name]) for name, symbol in symbols.items())
        with self._at("kernel.stencil"):
            return Kernel(self.kernel, tuple(sorted(stencil.items())), constants), set(symbols)

    def _kernel_of_frequency(self, frequency: str, values: Mapping[str, sp.Expr]) -> tuple[Kernel, set[str]]:
        import sympy as sp

        from analytics.expressions.grammar import parse
        from analytics.expressions.notation import wavenumbers
        from analytics.network.kernel import Kernel

        symbols = {name: sp.Symbol(name, real=True) for name in sorted(values)}
        waves = {str(k): k for k in wavenumbers(self.dimension)}
        with self._at("kernel.frequency"):
            omega = parse(frequency, symbols={**symbols, **waves})
            parse(frequency, symbols={**values, **waves})  # the limits hold for its values too
            used = {name: symbol for name, symbol in symbols.items() if symbol in omega.free_symbols}
            constants = tuple((symbol, values[name]) for name, symbol in used.items())
            entry = Kernel.from_frequency(self.kernel, omega, dimension=self.dimension, constants=constants)
        return entry, set(used)

    def _stencil_expressions(
        self, values: Mapping[str, sp.Expr]
    ) -> tuple[dict[tuple[int, ...], sp.Expr], dict[str, sp.Symbol]]:
        """Offset -> coefficient, and the symbols of the coefficients, by name."""
        import sympy as sp

        from analytics.expressions.grammar import parse

        symbols = {name: sp.Symbol(name, real=True) for name in sorted(values)}
        stencil: dict[tuple[int, ...], sp.Expr] = {}
        if len(self.stencil or ()) > LONGEST_STENCIL:
            with self._at("kernel.stencil"):
                raise KernelError(
                    "reading a stencil",
                    f"at most {LONGEST_STENCIL} offsets are read",
                    len(self.stencil or ()),
                    "Leave the small ones out.",
                )
        for offset, text in self.stencil or ():
            with self._at(f"kernel.stencil.{offset!r}"):
                place = _offset(offset)
                if place in stencil:
                    raise KernelError(
                        "reading a stencil", "each offset may occur once", offset, "Leave one out."
                    )
                stencil[place] = parse(text, symbols=symbols)
                parse(text, symbols=values)  # the limits hold for its value too
        if not stencil:
            with self._at("kernel.stencil"):
                raise KernelError(
                    "reading a stencil",
                    "at least one offset is needed",
                    "none",
                    'Write "1" = "-c/2", "-1" = "c/2".',
                )
        used = {symbol for coefficient in stencil.values() for symbol in coefficient.free_symbols}
        return stencil, {name: symbol for name, symbol in symbols.items() if symbol in used}

    @contextmanager
    def _at(self, key: str) -> Iterator[None]:
        """Open the message of an error with the file and the key that caused it."""
        try:
            yield
        except NearCriticalError as error:
            if not self.origin:
                raise
            place = f"{self.origin}: {key}: {error.operation}"
            raise type(error)(place, error.requirement, error.received, error.remedy) from error


def network(
    activation: str = "algebraic", kernel: str = "laplacian", *, dimension: int = 1, **constants: object
) -> Network:
    """The network of an activation and a kernel: ``network("algebraic", "laplacian", c="3/10")``.

    activation: a name, or an own profile as an expression in r; kernel: a name, or an own frequency as an
    expression in k, or in k1, k2, ... in more dimensions than one; dimension: of the lattice;
    constants: of the kernel or of an own profile, exact (text, int, Fraction, SymPy numbers).
    """
    return model_of_names(
        activation, kernel, dimension, [(name, constants[name]) for name in constants]
    ).network()


def load(path: str | Path) -> Network:
    """The network of a model file."""
    return read_model(path).network()


def model_of_names(
    activation: str, kernel: str, dimension: int, constants: Iterable[tuple[str, object]], origin: str = ""
) -> Model:
    """The model that options or arguments name; what is no single word is an own profile or frequency."""
    from analytics.expressions.grammar import text_of
    from analytics.expressions.parameter import exact_number

    for key, name in (("activation", activation), ("kernel", kernel)):
        if not isinstance(name, str):
            raise ModelError("network", f"the {key} is given by name", _shown(name), "Give text.")
        if name:
            _text("network", key, name)
    return Model(
        origin=origin,
        activation=activation if activation.isidentifier() else "own",
        profile=None if activation.isidentifier() else activation,
        kernel=kernel if kernel.isidentifier() else "own",
        frequency=None if kernel.isidentifier() else kernel,
        dimension=_whole("network", "dimension", dimension, LARGEST_DIMENSION),
        constants=tuple(
            (name, value if isinstance(value, str) else text_of(exact_number(value, f"constant {name}")))
            for name, value in constants
        ),
    )


@cache
def _theory(model: Model) -> Theory:
    from derivations.theory import derive

    return derive(model.network())


def chosen_laws(theory: Theory, names: Sequence[str]) -> list[str]:
    """`names`, or those of all laws for none. Raises UnknownNameError."""
    for name in names:
        if name not in theory:
            theory[name]  # raises, saying what it requires
    return list(dict.fromkeys(names or theory))


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


def model_of_text(content: bytes, origin: str) -> Model:
    """The model in the text of a TOML file that messages call `origin`."""
    try:
        text = content.decode()
        _require_short_keys(origin, text)
        document = tomllib.loads(text, parse_float=lambda number: number.replace("_", ""))
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, ValueError) else "nested too deeply"
        raise ModelError(origin, "a TOML file is needed", reason, "Compare examples/model.toml.") from error
    if not document:
        raise ModelError(
            origin,
            "a model file must describe a network",
            "an empty one",
            f"Give {', '.join(f'[{s}]' for s in SECTIONS)}.",
        )
    sections = {name: _table(origin, name, document.get(name, {})) for name in SECTIONS}
    for name in document:
        if name not in SECTIONS:
            raise unknown_name(origin, "section", name, SECTIONS)
    for section, keys in SECTIONS.items():
        for key in sections[section]:
            if keys and key not in keys:
                raise unknown_name(f"{origin}: [{section}]", "key", key, keys)
    activation, kernel = sections["activation"], sections["kernel"]
    own_kernel = "stencil" in kernel
    if own_kernel and "frequency" in kernel:
        raise ModelError(
            f"{origin}: kernel.frequency",
            "a kernel is given by its stencil or its frequency",
            "both",
            "Leave one out.",
        )
    if own_kernel and "dimension" in kernel:
        raise ModelError(
            f"{origin}: kernel.dimension",
            "the offsets of a stencil give the dimension",
            "both",
            "Leave it out.",
        )
    if "inverse" in activation and "profile" not in activation:
        raise ModelError(
            f"{origin}: activation.inverse",
            "an inverse belongs to an own profile",
            "no profile",
            "Add profile = ...",
        )
    stencil = _table(origin, "kernel.stencil", kernel.get("stencil", {}))
    return Model(
        origin=origin,
        activation=_text(origin, "activation.name", activation.get("name"))
        or ("own" if "profile" in activation else "algebraic"),
        profile=_text(origin, "activation.profile", activation.get("profile")),
        inverse=_text(origin, "activation.inverse", activation.get("inverse")),
        kernel=_text(origin, "kernel.name", kernel.get("name"))
        or ("own" if own_kernel or "frequency" in kernel else "laplacian"),
        dimension=_whole(origin, "kernel.dimension", kernel.get("dimension", 1), LARGEST_DIMENSION),
        stencil=_texts(origin, "kernel.stencil", stencil) if own_kernel else None,
        frequency=_text(origin, "kernel.frequency", kernel.get("frequency")),
        constants=_texts(origin, "constants", sections["constants"]),
        digits=_whole(origin, "verification.digits", sections["verification"]["digits"], None)
        if sections["verification"]
        else None,
    )


def _require_short_keys(origin: str, text: str) -> None:
    """Keys of a thousand parts, a.a.a.a, take the reader of TOML minutes."""
    for piece in re.split(r"[^\w \t.-]", re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|#.*", "", text)):
        if piece.count(".") > LONGEST_KEY:
            raise ModelError(
                origin, f"keys have at most {LONGEST_KEY} parts", f"{piece.count('.')} dots", "Shorten it."
            )


def _expression(
    text: str, variable: Mapping[str, sp.Symbol], values: Mapping[str, sp.Expr]
) -> tuple[sp.Expr, set[str]]:
    """`text` with the constants' values put in, and the names of those that occur."""
    from analytics.expressions.grammar import names_in, parse

    return parse(text, symbols={**values, **variable}), names_in(text) & values.keys()


def _require_own_name(kind: str, name: str, definition: str, known: Iterable[str]) -> None:
    """Raises ModelError for an own definition under a name that already stands for another one."""
    if name in known:
        raise ModelError(
            f"naming an own {kind}",
            f"the name of a built-in {kind} cannot label an own {definition}",
            repr(name),
            f"Choose another name, or leave out the {definition}.",
        )


def _offset(text: str) -> tuple[int, ...]:
    if not OFFSET.fullmatch(text):
        raise KernelError(
            "reading a stencil",
            f"an offset is one whole number of at most three digits per axis, for up to {LARGEST_DIMENSION} axes",
            repr(text),
            'Write "1" on a ring, "1,0" on a torus.',
        )
    return tuple(int(part) for part in text.split(","))


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


def _texts(origin: str, section: str, table: Mapping[str, object]) -> Texts:
    return tuple((key, _text(origin, f"{section}.{key}", value) or "") for key, value in table.items())


def _whole(origin: str, key: str, value: object, most: int | None) -> int:
    inside = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if not inside or not isinstance(value, int) or (most is not None and value > most):
        limits = "1 or more" if most is None else f"from 1 to {most}"
        raise ModelError(
            f"{origin}: {key}", f"a whole number {limits} is needed", _shown(value), "Change it."
        )
    return value
