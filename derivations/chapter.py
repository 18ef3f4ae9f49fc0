"""A chapter of the theory: a title and the laws it ends in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analytics.law.law import Law
from analytics.network.network import Network

PAPER = "M. O. Magnasco and A. Chandra, arXiv:2405.13854 (2024)"
"""Where the model and its laws at the critical point were published."""

Maker = Callable[..., Law]
"""A function of a network, with whole numbers for options, that derives a law."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """number: its place in the theory; laws: name -> the function that derives it for a network.

    applies: name -> whether a law exists for a network; every other law exists for all.
    requires: name -> in words, what a network must have for that law to exist.
    scaling: those of its laws whose leading power is an exponent of the critical point.
    """

    number: int
    title: str
    summary: str
    laws: Mapping[str, Maker]
    applies: Mapping[str, Callable[[Network], bool]] = field(default_factory=dict)
    requires: Mapping[str, str] = field(default_factory=dict)
    scaling: tuple[str, ...] = ()

    def makers(self, network: Network) -> dict[str, Maker]:
        """Of the laws that exist for `network`, name -> the function that derives it."""
        return {name: maker for name, maker in self.laws.items() if self.applies.get(name, _always)(network)}


def _always(network: Network) -> bool:
    return True
