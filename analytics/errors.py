"""What can go wrong, told in one line: operation, requirement, value received, remedy."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import partial

from analytics.exclusive import in_turn

LONGEST_PART = 500
"""Characters shown of each part of a message."""

LONGEST_LIST = 300
"""Characters of the names that are all shown where none is near."""

NEAREST = 3
"""Names that are proposed for one that is not known."""


class NearCriticalError(Exception):
    """Base of every error this toolkit raises on purpose.

    The message reads ``operation: requirement; got received. remedy.`` and fits on one line: what is long is
    cut, and what cannot be printed is escaped, so that nothing that was received can disturb a terminal.
    """

    def __init__(self, operation: str, requirement: str, received: object, remedy: str) -> None:
        self.operation = operation
        self.requirement = requirement
        self.received = received if isinstance(received, str) else in_turn(str)(received)
        self.remedy = remedy
        parts = (_clipped(part) for part in (operation, requirement, self.received, remedy))
        super().__init__("{}: {}; got {}. {}".format(*parts))

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.operation, self.requirement, self.received, self.remedy))


def _clipped(part: str) -> str:
    """A part of a message on one line, in printable characters, cut where it is long."""
    line = " ".join(part[: 2 * LONGEST_PART].split())
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    return shown if len(shown) <= LONGEST_PART else f"{shown[: LONGEST_PART - 3]}..."


class UnknownNameError(NearCriticalError, KeyError):
    """A name (of a law, an activation, an option, ...) that nothing answers to.

    A KeyError too, so that mappings that raise it keep their `get`.
    """

    __str__ = Exception.__str__  # KeyError would quote the message


class ActivationError(NearCriticalError):
    """A radial profile that is not a smooth, phase-preserving sigmoid of unit gain."""


class KernelError(NearCriticalError):
    """A stencil that is not anti-Hermitian, or a kernel that does not fit its lattice."""


class ParameterError(NearCriticalError):
    """A parameter of a law or an observable that is missing, misspelt or outside its domain."""


class LawError(NearCriticalError):
    """A law that is malformed, or that has no solution at the point asked for."""


class NoRootError(LawError):
    """An equation that has no root at the point asked for."""


class OutOfReachError(LawError):
    """Values that a law may have, and that are too many, too far or too close together to be looked for."""


class ContradictionError(NearCriticalError):
    """A proof and a search that exclude each other: a fault of the toolkit, which shows neither."""


class DerivationError(NearCriticalError):
    """A step of a derivation whose check failed."""


class GrammarError(NearCriticalError):
    """A text that is not an expression of the grammar."""


class ModelError(NearCriticalError):
    """A model file, or a model given by options, that does not describe a network."""


class PrecisionError(NearCriticalError):
    """Digits asked for that cannot be delivered."""


class SaturationError(PrecisionError):
    """An amplitude that no digits tell from saturation."""


class CertificationError(NearCriticalError):
    """A hypothesis of a proof that does not hold, or is not seen to: nothing is certified."""


class SavedError(NearCriticalError):
    """Something that cannot be written to a file, or a file that holds nothing that can be loaded."""


class SweepError(NearCriticalError):
    """A sweep that cannot be carried out as asked, or a file that belongs to no such sweep."""


class VerificationError(NearCriticalError):
    """A verification or an exponent that cannot be carried out as asked."""


class ConvergenceError(NearCriticalError):
    """An iteration that stopped short of its tolerance.

    residual, tolerance: in the norm named by the message, which has three digits; iterations: how many were made.
    """

    def __init__(
        self, operation: str, remedy: str, *, residual: object, tolerance: object, iterations: int = 1
    ) -> None:
        self.residual = residual
        self.tolerance = tolerance
        self.iterations = iterations
        super().__init__(
            operation,
            f"the residual must fall below {_in_short(tolerance)}",
            f"{_in_short(residual)} after {iterations} iterations",
            remedy,
        )

    def __reduce__(self) -> tuple[object, ...]:
        residual, tolerance = _in_short(self.residual), _in_short(self.tolerance)
        again = partial(ConvergenceError, residual=residual, tolerance=tolerance, iterations=self.iterations)
        return again, (self.operation, self.remedy)


def _in_short(value: object) -> str:
    if not hasattr(value, "_mpf_"):
        return str(value)
    from mpmath import nstr

    return str(nstr(value, 3))


def require_kind(
    operation: str, value: object, kind: type | tuple[type, ...], needed: str, remedy: str
) -> None:
    """Raise ParameterError unless `value` is of that kind; needed: how a message names one, remedy: how to get it."""
    if not isinstance(value, kind):
        raise ParameterError(operation, f"{needed} is needed", repr(value), remedy)


def unknown_name(
    operation: str, kind: str, name: object, known: Iterable[str], *, see: str | None = None
) -> UnknownNameError:
    """The error for a `name` that is none of the `known` ones; see: the command that lists those of a network."""
    return UnknownNameError(operation, f"unknown {kind}", repr(name), names_remedy(name, known, see))


def names_remedy(name: object, known: Iterable[str], see: str | None = None) -> str:
    """All of the `known` names if none is near and there are few; else the nearest, and the command to `see`."""
    names, text = list(known), name if isinstance(name, str) else ""
    near = get_close_matches(text, names, n=NEAREST, cutoff=0.5)
    if near:
        remedy = f"Did you mean {' or '.join(near)}?"
    elif len(everything := f"Known: {', '.join(names) if names else 'none'}.") <= LONGEST_LIST:
        return everything
    else:
        nearest = get_close_matches(text, names, n=NEAREST, cutoff=0)
        remedy = f"The nearest of {len(names)} are {', '.join(nearest)}."
    return remedy if see is None else f"{remedy} See '{see}'."
