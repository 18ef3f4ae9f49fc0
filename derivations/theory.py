"""The theory of a network: every law of every chapter, derived when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import derivations
from analytics.errors import NearCriticalError, UnknownNameError, unknown_name
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

    @property
    def absent(self) -> dict[str, str]:
        """The laws that do not exist for this network -> what they require of one."""
        present = set(self)
        return {
            name: chapter.requires[name]
            for chapter in self.chapters
            for name in chapter.laws
            if name not in present
        }

    def __getitem__(self, name: str) -> Law:
        if name not in self._derived:
            if name not in self:
                if name in (absent := self.absent):
                    raise UnknownNameError(
                        f"deriving '{name}'",
                        f"it requires {absent[name]}",
                        self.network.name,
                        "Choose another law or network.",
                    )
                raise unknown_name(f"deriving a law of {self.network.name}", "law", name, self)
            self._derived[name] = next(c.laws[name] for c in self.chapters if name in c.laws)(self.network)
        return self._derived[name]

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
    if not isinstance(network, Network):
        raise NearCriticalError(
            "deriving",
            "a network is needed",
            repr(network),
            "Give network('algebraic', 'laplacian', c='3/10').",
        )
    return Theory(network)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter of this package, in order. A chapter is a module with a `CHAPTER`."""
    modules = (import_module(f"derivations.{found.name}") for found in iter_modules(derivations.__path__))
    found = [module.CHAPTER for module in modules if hasattr(module, "CHAPTER")]
    return tuple(sorted(found, key=lambda chapter: chapter.number))
