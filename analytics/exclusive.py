"""One thread at a time where a precision that the whole process shares is changed and put back.

There are two: flint's, and that of `mpmath.mp`, at which SymPy evaluates tanh, erf, asin and their like, be it in
`evalf` or on the way to a decision. Two threads in it at once would compute with each other's digits, and put back
each other's precision. What is computed in a context of one's own needs no turn.

The turn is taken where SymPy is asked, and ends when it has answered: a measurement may take minutes, and takes none.

A fork takes its turn as well: no thread is then within a precision that is not the caller's, and the child, in which
that thread is not there to put it back, holds the lock and gives it free.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import RLock
from typing import Any, Generic, ParamSpec, TypeVar

PRECISION_LOCK = RLock()
"""Held by whoever changes `flint.ctx.prec`, or lets SymPy evaluate numbers; who holds it sees the caller's own."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=PRECISION_LOCK.acquire,
        after_in_parent=PRECISION_LOCK.release,
        after_in_child=PRECISION_LOCK.release,
    )

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@contextmanager
def mpmath_kept() -> Iterator[None]:
    """Inside, SymPy may evaluate numbers; `mpmath.mp.prec` is the caller's again outside.

    SymPy puts back a number of digits, which is another number of bits: nsimplify makes 76 of 77.
    """
    from mpmath import mp

    with PRECISION_LOCK:
        before = mp.prec
        try:
            yield
        finally:
            if mp.prec != before:
                mp.prec = before


def in_turn(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """`function`, one thread at a time, with `mpmath.mp.prec` as it was when it returns."""

    @wraps(function)
    def alone(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with mpmath_kept():
            return function(*args, **kwargs)

    return alone


class KeptProperty(Generic[Result]):
    """A property that is computed once, by two threads at once perhaps, and without a lock.

    That of functools holds a lock for all instances up to Python 3.11: a thread that has its turn waits for it, while
    the one that holds it waits for its turn.
    """

    def __init__(self, function: Callable[[Any], Result]) -> None:
        self.function, self.__doc__ = function, function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Result:
        if instance is None:
            return self  # type: ignore[return-value]
        found = instance.__dict__[self.name] = self.function(instance)
        return found
