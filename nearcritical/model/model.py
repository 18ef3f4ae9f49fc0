"""A network as a person wrote it, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from typing import TYPE_CHECKING

from analytics.errors import KernelError, ModelError, NearCriticalError, unknown_name
from analytics.exclusive import in_turn

if TYPE_CHECKING:
    import sympy as sp

    from analytics.law.law import Law
    from analytics.network.activation import Activation
    from analytics.network.kernel import Kernel
    from analytics.network.network import Network
    from derivations.theory import Theory
    from nearcritical.system.progress import Progress

Texts = tuple[tuple[str, str], ...]
"""Names and their values, as written."""

LONGEST_STENCIL = 1_000
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
