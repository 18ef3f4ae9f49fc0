"""From a description to the network, its theory and its laws."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING

import sympy as sp

from analytics.errors import KernelError, ModelError, NearCriticalError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions import grammar
from analytics.expressions.notation import R, is_taken, r, wavenumbers
from analytics.expressions.parameter import exact_number
from analytics.network.activation import PROBE, PROFILES, Activation, activation, general
from analytics.network.kernel import STENCILS, Kernel, kernel
from analytics.network.modulation import place, require_modulation
from analytics.network.network import Network
from derivations.theory import Theory, derive
from nearcritical.model.model import LARGEST_DIMENSION, Model, Texts
from nearcritical.model.model_file import model_of_names, read_model
from nearcritical.saved.kept_laws import kept_laws

if TYPE_CHECKING:
    from analytics.law.law import Law
    from nearcritical.system.progress import Progress

LONGEST_STENCIL = 1_000
OFFSET = re.compile(rf"\s*[+-]?\d{{1,3}}\s*(,\s*[+-]?\d{{1,3}}\s*){{0,{LARGEST_DIMENSION - 1}}}", re.ASCII)

Constants = Mapping[str, sp.Expr]
"""Values by name."""


def network(
    activation: str = "algebraic",
    kernel: str = "laplacian",
    *,
    dimension: int = 1,
    modulation: str | None = None,
    **constants: object,
) -> Network:
    """The network of an activation and a kernel: ``network("algebraic", "laplacian", c="3/10")``.

    activation: a name, or an own profile as an expression in r; kernel: a name, or an own frequency as an
    expression in k, or in k1, k2, ... in more dimensions than one; dimension: of the lattice;
    modulation: the shape p of a background I0 p(x/L), an expression in s = x/L of period 1;
    constants: of the kernel or of an own profile, exact (text, int, Fraction, SymPy numbers).
    """
    given = [
        (name, value if isinstance(value, str) else grammar.text_of(exact_number(value, f"constant {name}")))
        for name, value in constants.items()
    ]
    return network_of(model_of_names(activation, kernel, dimension, given, modulation))


def load(path: str | Path) -> Network:
    """The network of a model file."""
    return network_of(read_model(path))


@lru_cache(maxsize=64)
def theory_of(model: Model, *, kept: bool = False) -> Theory:
    """The theory of the network described. Equal models share one theory, so that no law is derived twice.

    kept: laws that this user has derived before are taken from the cache, and those derived now put there.
    """
    network = network_of(model)
    laws = kept_laws(network, model.terms) if kept else None
    if laws is None:
        return derive(network, terms=model.terms)
    names = laws.names
    theory = Theory(network, model.terms, derived=laws, names=names)
    if names is None:
        laws.keep_names(tuple(theory))
    return theory


def laws_of(
    model: Model, names: Sequence[str] = (), progress: Progress | None = None, *, kept: bool = False
) -> list[Law]:
    """The laws of those names, or all; progress: told of each that is derived. Raises UnknownNameError."""
    theory, laws = theory_of(model, kept=kept), []
    chosen = chosen_laws(theory, names)
    for done, name in enumerate(chosen):
        if progress:
            progress(f"deriving {name}", done, len(chosen))
        laws.append(theory[name])
    return laws


def chosen_laws(theory: Theory, names: Sequence[str]) -> list[str]:
    """`names`, or those of all laws for none. Raises UnknownNameError."""
    for name in names:
        if name not in theory:
            theory[name]  # raises, saying what it requires
        if theory.terms is not None:
            theory.require_terms(name)
    return list(dict.fromkeys(names or theory))


@in_turn
def network_of(model: Model) -> Network:
    """The network described. Raises a NearCriticalError that names the file and the key."""
    values = _constant_values(model)
    activation, in_activation = _activation(model, values)
    kernel, in_kernel = _kernel(model, values, {symbol.name: symbol for symbol, _ in activation.constants})
    for name in values:
        if name not in in_activation | in_kernel:
            with _told_at(model, "constants"):
                raise unknown_name("setting a constant", "constant", name, sorted(in_activation | in_kernel))
    with _told_at(model, "modulation.shape"):
        shape = None
        if model.modulation is not None:
            shape = grammar.parse(model.modulation, symbols={place.name: place})
            require_modulation(shape)
    return Network(activation, kernel, shape)


def _constant_values(model: Model) -> dict[str, sp.Expr]:
    values: dict[str, sp.Expr] = {}
    for name, text in model.constants:
        with _told_at(model, f"constants.{name}"):
            if name in values:
                raise ModelError("setting a constant", "each is set once", f"{name} twice", "Leave one out.")
            _require_free_name(name)
            values[name] = exact_number(text)
    return values


def _has_meaning(name: str) -> bool:
    """Does the grammar read the name as something else than a symbol?"""
    return name in grammar.CONSTANTS or name in grammar.FUNCTIONS or iskeyword(name) or name == "where"


def _is_free_name(name: str) -> bool:
    return not (_has_meaning(name) or is_taken(name)) and name.isidentifier() and name.isascii()


def _require_free_name(name: str) -> None:
    """Raise ModelError for a constant that could not be told from a symbol, a function or a keyword."""
    if _is_free_name(name):
        return
    need, received = "a name of letters and digits is needed", repr(name)
    if _has_meaning(name):
        need = "a name without a meaning of its own is needed"
    elif is_taken(name):
        need = "a name is needed that no symbol of the theory has"
        received = f"{name!r}, which stands for something in the theory's equations"
    raise ModelError("setting a constant", need, received, "Rename it.")


def _activation(model: Model, values: Constants) -> tuple[Activation, set[str]]:
    """The activation, and the names of the constants in it."""
    with _told_at(model, "activation.name"):
        if model.profile is None and model.activation == "general":
            order = values.get("p")
            return general(order if order is None else int(order) if order.is_Integer else order), {"p"}
        if model.profile is None:
            return activation(model.activation), set()
        _require_own_name("activation", model.activation, "profile", PROFILES)
    named = grammar.names_in(f"{model.profile} {model.inverse or ''}")
    left_open = [name for name in named - values.keys() if _is_free_name(name)]
    symbols = {name: sp.Symbol(name, real=True) for name in sorted({*values, *left_open})}
    at = {**dict.fromkeys(left_open, PROBE), **values}
    with _told_at(model, "activation.profile"):
        profile = _read(model.profile, {**symbols, "r": r}, {**at, "r": r})
    inverse = None
    if model.inverse is not None:
        with _told_at(model, "activation.inverse"):
            inverse = _read(model.inverse, {**symbols, "R": R}, {**at, "R": R})
    used = _used(symbols, [profile, *([] if inverse is None else [inverse])])
    constants = tuple((symbol, values.get(name)) for name, symbol in used.items())
    with _told_at(model, "activation"):
        return Activation(model.activation, profile, inverse, constants), set(used)


def _kernel(model: Model, values: Constants, known: Mapping[str, sp.Symbol]) -> tuple[Kernel, set[str]]:
    """The kernel, and the names of the constants in it; known: those that the activation has too."""
    if model.frequency is None and model.stencil is None:
        with _told_at(model, "kernel"):
            names = {str(symbol) for symbol, _ in kernel(model.kernel, dimension=model.dimension).constants}
            given = {name: value for name, value in values.items() if name in names}
            return kernel(model.kernel, dimension=model.dimension, constants=given), names
    definition = "stencil" if model.frequency is None else "frequency"
    with _told_at(model, "kernel.name"):
        _require_own_name("kernel", model.kernel, definition, STENCILS)
    symbols = {name: known.get(name, sp.Symbol(name, real=True)) for name in sorted(values)}
    if model.frequency is None:
        stencil = _stencil(model, symbols, values)
        used = _used(symbols, stencil.values())
        with _told_at(model, "kernel.stencil"):
            return Kernel(model.kernel, tuple(sorted(stencil.items())), _bound(used, values)), set(used)
    waves = {str(k): k for k in wavenumbers(model.dimension)}
    with _told_at(model, "kernel.frequency"):
        omega = _read(model.frequency, {**symbols, **waves}, {**values, **waves})
        used = _used(symbols, [omega])
        own = Kernel.from_frequency(
            model.kernel, omega, dimension=model.dimension, constants=_bound(used, values)
        )
        return own, set(used)


def _stencil(
    model: Model, symbols: Mapping[str, sp.Symbol], values: Constants
) -> dict[tuple[int, ...], sp.Expr]:
    """Offset -> coefficient."""
    offsets: Texts = model.stencil or ()
    if not 0 < len(offsets) <= LONGEST_STENCIL:
        with _told_at(model, "kernel.stencil"):
            raise KernelError(
                "reading a stencil",
                f"from 1 to {LONGEST_STENCIL} offsets are needed",
                len(offsets),
                'Write "1" = "-c/2", "-1" = "c/2".' if not offsets else "Leave the small ones out.",
            )
    stencil: dict[tuple[int, ...], sp.Expr] = {}
    for offset, text in offsets:
        with _told_at(model, f"kernel.stencil.{offset!r}"):
            place = _offset(offset)
            if place in stencil:
                raise KernelError("reading a stencil", "each offset may occur once", offset, "Leave one out.")
            stencil[place] = _read(text, symbols, values)
    return stencil


def _read(text: str, symbols: Mapping[str, sp.Symbol], values: Constants) -> sp.Expr:
    """`text` with the constants as symbols. The limits of the grammar hold for their values as well."""
    grammar.parse(text, symbols=values)
    return grammar.parse(text, symbols=symbols)


def _used(symbols: Mapping[str, sp.Symbol], expressions: Iterable[sp.Expr]) -> dict[str, sp.Symbol]:
    occurring = {symbol for expression in expressions for symbol in expression.free_symbols}
    return {name: symbol for name, symbol in symbols.items() if symbol in occurring}


def _bound(used: Mapping[str, sp.Symbol], values: Constants) -> tuple[tuple[sp.Symbol, sp.Expr], ...]:
    return tuple((symbol, values[name]) for name, symbol in used.items())


def _require_own_name(kind: str, name: str, definition: str, known: Iterable[str]) -> None:
    """Raise ModelError for an own definition under a name that already stands for another one."""
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


@contextmanager
def _told_at(model: Model, key: str) -> Iterator[None]:
    """Open the message of an error with the file and the key that caused it."""
    try:
        yield
    except NearCriticalError as error:
        if not model.origin:
            raise
        place = f"{model.origin}: {key}: {error.operation}"
        raise type(error)(place, error.requirement, error.received, error.remedy) from error
