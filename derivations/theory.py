"""The theory of a network: every law of every chapter, derived when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, MutableMapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import derivations
from analytics.errors import ParameterError, UnknownNameError, unknown_name
from analytics.exclusive import in_turn
from analytics.expressions.notation import Share
from analytics.law.law import Law
from analytics.network.network import Network, require_network
from analytics.notebook import folded, formula, table, words
from derivations.chapter import Chapter, Maker
from derivations.general import MOST_TERMS, lacking, stand_in
from derivations.open_laws import OPEN, open_law
from derivations.stability import with_growth


class Theory(Mapping[str, Law]):
    """A mapping of law name to Law for one network, in the order of the chapters.

    A law is derived, and its steps are checked, at the first access to it; which laws there are is found out
    at the first question about them.
    """

    def __init__(
        self,
        network: Network,
        terms: int | None = None,
        *,
        derived: MutableMapping[str, Law] | None = None,
        names: Collection[str] | None = None,
    ) -> None:
        """terms: how many every series has that goes as far as asked for; as many as its law states unless given.

        derived: laws of this very theory that need not be derived again; those that are derived are put in. names: of
        all its laws, where they are known.
        """
        self.network = network
        self.terms = terms
        self._derived: MutableMapping[str, Law] = {} if derived is None else derived
        self._names = names
        self._found: dict[str, Maker] | None = None

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        return chapters()

    @property
    def scaling(self) -> tuple[Law, ...]:
        """The laws whose leading power is an exponent of the critical point."""
        named = (self[name] for name, maker in self._makers.items() if maker.is_scaling)
        return tuple(law for law in named if law.exponents)

    @property
    def absent(self) -> dict[str, str]:
        """The laws that do not exist for this network -> what they require of one."""
        needs = (
            (
                maker.name,
                lacking(maker.name, self.network) or (maker.requires and maker.requires.words),
            )
            for chapter in self.chapters
            for maker in chapter.laws
            if maker.name not in self
        )
        return {name: need for name, need in needs if need}

    @in_turn
    def __getitem__(self, name: str) -> Law:
        if name not in self._derived:
            if name not in self:
                raise self._refusal(name)
            maker = self._makers[name]
            if self.terms is not None and "terms" in maker.options:
                self._derived[name] = self.law(name, terms=self.terms)
            else:
                self._derived[name] = self._made(maker)
        return self._derived[name]

    @in_turn
    def law(self, name: str, **options: int) -> Law:
        """The law of that name, derived as far as asked for; without options it is that of the mapping.

        options: of the function that derives it. terms: how many terms of its series, as
        ``theory.law("resonant_amplitude", terms=5)``; number: of the harmonic, as
        ``theory.law("real_cosine_harmonics", number=5)``.

        Raises UnknownNameError for a law or an option that is not there, ParameterError for a value that is no
        whole number from 1 on, DerivationError as the law does.
        """
        if not options:
            return self[name]
        if name not in self:
            raise self._refusal(name)
        operation, maker = f"deriving {name}", self._makers[name]
        for option, value in options.items():
            if option == "terms":
                self.require_terms(name)
            if option not in maker.options:
                raise unknown_name(operation, "option", option, maker.options)
            if type(value) is not int or value < 1:
                raise ParameterError(
                    operation, f"{option} must be a whole number from 1 on", repr(value), "Change it."
                )
            if self.network.activation.is_general and value > MOST_TERMS:
                raise ParameterError(
                    operation, f"{option} of a general law goes to {MOST_TERMS}", value, "Name an activation."
                )
        return self._made(maker, **options)

    def _made(self, maker: Maker, **options: int) -> Law:
        network = self.network
        if maker.name in OPEN and (network.activation.has_open_order or network.kernel.is_general):
            return _stated(open_law(maker, network, **options))
        return _stated(maker(stand_in(network), **options).on(network))

    def has_terms(self, name: str) -> bool:
        """Is the law a series with as many terms as asked for?"""
        return "terms" in self._makers[name].options

    def require_terms(self, name: str) -> None:
        """Raise ParameterError, with the reason, for a law that has no further terms."""
        maker = self._makers[name]
        if not self.has_terms(name):
            raise ParameterError(
                f"deriving {name}",
                "only a series has as many terms as asked for",
                maker.ends or "an exact law",
                "Leave them out.",
            )

    def _refusal(self, name: str) -> UnknownNameError:
        """The error for a law that is not there: a name that nothing has, or a law that needs another network."""
        operation = f"deriving a law of {self.network.name}"
        if name not in (absent := self.absent):
            return unknown_name(operation, "law", name, self, see="nearcritical laws")
        activation, kernel = self.network.activation, self.network.kernel
        return UnknownNameError(
            operation,
            f"{name} requires {absent[name]}",
            f"rho = {activation.profile}, omega = {kernel.frequency(kernel.wavenumbers)}",
            "Choose another law or network.",
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __len__(self) -> int:
        return len(self._makers)

    @property
    @in_turn
    def _makers(self) -> dict[str, Maker]:
        """Name -> the function that derives the law, for each that exists."""
        if self._found is None:
            self._found = {
                maker.name: maker
                for chapter in self.chapters
                for maker in chapter.laws
                if (self._applies(maker) if self._names is None else maker.name in self._names)
            }
        return self._found

    def _applies(self, maker: Maker) -> bool:
        """Does the law exist for the network?"""
        return lacking(maker.name, self.network) is None and maker.applies(stand_in(self.network))

    def __repr__(self) -> str:
        return f"<Theory of {self.network.name}: {len(self)} laws>"

    def _repr_html_(self) -> str:
        """A table of the equations, chapter by chapter, for which every law is derived; below, what is absent."""
        rows = [
            (words(chapter.title), words(name), formula(self[name].latex()), words(self[name].kind_text))
            for chapter in self.chapters
            for name in chapter.names
            if name in self
        ]
        absent = [f"{words(name)} requires {words(need)}." for name, need in self.absent.items()]
        shown = table(("chapter", "law", "equation", "kind"), rows)
        return shown + (folded(f"{len(absent)} laws are absent", "<br/>".join(absent)) if absent else "")

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


def _stated(law: Law) -> Law:
    """The law with its growth, valid where its activation is proved to be a sigmoid, and where the relations hold."""
    network = law.network
    proved = [
        f"every {symbol} {'in (0, 1]' if isinstance(symbol, Share) else '> 0'}"
        for symbol, _ in network.activation.constants
        if not network.activation.is_general
    ]
    related = [f"{relation.lhs} = {relation.rhs}" for relation in network.relations]
    conditions = ", ".join((*proved, *related))
    return with_growth(replace(law, validity=f"{law.validity}, for {conditions}") if conditions else law)


def derive(network: Network, *, terms: int | None = None) -> Theory:
    """The theory of `network`. Raises DerivationError from a law whose derivation does not check.

    terms: of each series that goes as far as asked for.
    """
    require_network("deriving", network)
    return Theory(network, terms)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter of this package, in order. A chapter is a module with a `CHAPTER`."""
    modules = (import_module(f"derivations.{found.name}") for found in iter_modules(derivations.__path__))
    found = [module.CHAPTER for module in modules if hasattr(module, "CHAPTER")]
    return tuple(sorted(found, key=lambda chapter: chapter.number))
