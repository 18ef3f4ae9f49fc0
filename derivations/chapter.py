"""A chapter of the theory: a title and the laws it ends in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from inspect import signature

from analytics.errors import DerivationError, LawError
from analytics.law.law import Law
from analytics.network.network import Network

PAPER = "M. O. Magnasco and A. Chandra, arXiv:2405.13854 (2024)"
"""Where the model and its laws at the critical point were published."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a network must have for a law to exist: the test, and the same in words."""

    holds: Callable[[Network], bool]
    words: str


@dataclass(frozen=True, slots=True)
class Maker:
    """A function of a network, with whole numbers for options, that derives a law: the law has its name.

    requires: what a network must have for the law to exist; None where it exists for all.
    is_scaling: is the leading power of the law an exponent of the critical point?
    ends: why a law with a remainder has no further terms; "" where it has, and of an exact one.
    """

    function: Callable[..., Law]
    requires: Requirement | None
    is_scaling: bool
    ends: str

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its options."""
        return tuple(option for option in signature(self.function).parameters if option != "network")

    def applies(self, network: Network) -> bool:
        """Does the law exist for `network`?"""
        return self.requires is None or self.requires.holds(network)

    def __call__(self, network: Network, **options: int) -> Law:
        """The law for `network`. Raises DerivationError or LawError, whose message names the law."""
        try:
            law = self.function(network, **options)
        except (DerivationError, LawError) as error:
            operation = f"law '{self.name}', {error.operation}"
            raise type(error)(operation, error.requirement, error.received, error.remedy) from error
        others = tuple(replace(other, name=self.name) for other in law.alternatives)
        return replace(law, name=self.name, alternatives=others)


def derived(
    requires: Requirement | None = None, *, is_scaling: bool = False, ends: str = ""
) -> Callable[[Callable[..., Law]], Maker]:
    """Decorates the function that derives a law: see `Maker`."""
    return lambda function: Maker(function, requires, is_scaling, ends)


@dataclass(frozen=True, slots=True)
class Chapter:
    """number: its place in the theory; laws: the functions that derive them, in the order of the derivation."""

    number: int
    title: str
    summary: str
    laws: tuple[Maker, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its laws, for whatever networks they exist."""
        return tuple(law.name for law in self.laws)
