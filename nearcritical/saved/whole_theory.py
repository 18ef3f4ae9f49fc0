"""A theory with every one of its laws derived, as a record."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import SavedError
from analytics.law.law import Law
from analytics.network.network import Network
from derivations.theory import Theory


@dataclass(frozen=True, slots=True)
class WholeTheory:
    """What a `Theory` is made of, and all that it derives."""

    network: Network
    terms: int | None
    laws: tuple[Law, ...]

    @property
    def theory(self) -> Theory:
        """The theory, of which no law is derived again. Raises SavedError where its laws are others by now."""
        found = Theory(self.network, self.terms, derived={law.name: law for law in self.laws})
        if list(found) != [law.name for law in self.laws]:
            other = sorted({law.name for law in self.laws} ^ set(found)) or ["another order"]
            raise SavedError(
                "loading a theory",
                "its laws must be those of this version of the toolkit",
                ", ".join(other),
                "Derive it anew.",
            )
        return found


def whole(theory: Theory) -> WholeTheory:
    """The theory, all of its laws derived."""
    return WholeTheory(theory.network, theory.terms, tuple(theory.values()))
