"""Words, names and numbers of the article, as LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.expressions.letters import escaped


def code(name: str) -> str:
    """A name of the toolkit, which may be broken at its underscores."""
    return r"\texttt{" + escaped(name).replace(r"\_", r"\_\allowbreak{}") + "}"


def power_of_ten(number: str) -> str:
    """``2.5e-7`` as a formula."""
    mantissa, _, power = number.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def listed(items: Sequence[str]) -> str:
    """ "a, b and c"."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + f" and {items[-1]}" if items else ""
