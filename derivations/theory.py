"""The theory of a network: every law of every chapter, derived when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import derivations
from analytics.errors import UnknownNameError, unknown_name
from analytics.law import Law
from analytics.network import Network
from derivations.chapter import Chapter


class Theory(Mapping[str, Law]):
    """A mapping of law name to Law for one network, in the order of the chapters.

    A law is derived, and its steps are checked, at the first access to it; names cost nothing.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._derived: dict[str, Law] = {}

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        return chapters()

    @property
    def scaling(self) -> tuple[Law, ...]:
        """The laws whose leading power is an exponent of the critical point."""
        named = (self[name] for chapter in self.chapters for name in chapter.scaling if name in self)
        return tuple(law for law in named if law.exponents)

    def __getitem__(self, name: str) -> Law:
        if name not in self._derived:
            if name not in self:
                raise self.refusal(name)
            self._derived[name] = next(c.laws[name] for c in self.chapters if name in c.laws)(self.network)
        return self._derived[name]

    def refusal(self, name: str) -> UnknownNameError:
        """The error for a law that is not there: a name that nothing has, or a law that needs another network."""
        operation = f"deriving a law of {self.network.name}"
        activation, kernel = self.network.activation, self.network.kernel
        for chapter in self.chapters:
            if name in chapter.needs:
                return UnknownNameError(
                    operation,
                    f"{name} needs {chapter.needs[name]}",
                    f"rho = {activation.profile}, omega = {kernel.frequency(kernel.wavenumbers)}",
                    "It does not apply here.",
                )
        return unknown_name(operation, "law", name, self)

    def __iter__(self) -> Iterator[str]:
        return (name for chapter in self.chapters for name in chapter.names(self.network))

    def __contains__(self, name: object) -> bool:
        return any(name == known for known in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"<Theory of {self.network.name}: {', '.join(self)}>"


def derive(network: Network) -> Theory:
    """The theory of `network`. Raises DerivationError from a law whose derivation does not check."""
    return Theory(network)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter of this package, in order. A chapter is a module with a `CHAPTER`."""
    modules = (import_module(f"derivations.{found.name}") for found in iter_modules(derivations.__path__))
    found = [module.CHAPTER for module in modules if hasattr(module, "CHAPTER")]
    return tuple(sorted(found, key=lambda chapter: chapter.number))
