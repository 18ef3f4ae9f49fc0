"""What every room's tests share."""

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any

import mpmath
import pytest
from hypothesis import settings

from nearcritical import Network, Theory, derive, network

os.environ["NEARCRITICAL_NO_CACHE"] = (
    "1"  # what is tested is derived, and the cache of who tests is left alone
)

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


KEPT = type(cache(len))
"""What functools.cache and lru_cache make of a function."""
ROOMS = ("analytics", "derivations", "numerics")


def _forget() -> None:
    """All that functions of the rooms keep of earlier calls."""
    for name, module in tuple(sys.modules.items()):
        if name.partition(".")[0] in ROOMS:
            for value in vars(module).values():
                if isinstance(value, KEPT):
                    value.cache_clear()


@pytest.fixture
def monkeypatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """pytest's own; and no kept value hides what a test makes wrong, nor outlives the test that made it wrong."""
    _forget()
    yield monkeypatch
    _forget()


AT_ONCE = 4
"""Seconds of the processor: one at most elsewhere, more on a machine that is slow and busy; what hangs takes minutes."""


@contextmanager
def _at_once() -> Iterator[None]:
    gc.disable()
    start = time.process_time()
    try:
        yield
        assert time.process_time() - start < AT_ONCE
    finally:
        gc.enable()


@pytest.fixture(scope="session")
def at_once() -> Callable[[], AbstractContextManager[None]]:
    """`with at_once():` fails where what is done takes AT_ONCE seconds of the processor.

    What other programs take is not counted, and what other tests left behind is not collected meanwhile.
    """
    return _at_once


@pytest.fixture(scope="session")
def default_network() -> Network:
    """algebraic/laplacian in one dimension, c = 3/10."""
    return network("algebraic", "laplacian", c="3/10")


@cache
def _theory_of(activation: str, kernel: str = "laplacian", dimension: int = 1) -> Theory:
    return derive(network(activation, kernel, dimension=dimension))


@pytest.fixture(scope="session")
def theory_of() -> Callable[..., Theory]:
    """theory_of(activation name, kernel name, dimension): derived once for all tests, c = 3/10."""
    return _theory_of


PSI: dict[str, Callable[[Any], Any]] = {
    "algebraic": lambda y: y / mpmath.sqrt(1 - y**2),
    "tanh": mpmath.atanh,
    "arctan": lambda y: 2 / mpmath.pi * mpmath.tan(mpmath.pi * y / 2),
    "erf": lambda y: 2 / mpmath.sqrt(mpmath.pi) * mpmath.erfinv(y),
    "quartic": lambda y: y / mpmath.root(1 - y**4, 4),
}
"""Inverse profiles by name, in mpmath's own functions."""


def _exact_amplitude(activation: str, forcing: Any, detuning: Any = 0) -> Any:
    """The R of psi(R) - R = F, or of F^2 = psi^2 + R^2 - 2 psi R cos(delta) off resonance, by findroot."""
    psi, asked = PSI[activation], mpmath.mp.dps
    with mpmath.workdps(2 * asked + 30):
        F, delta = mpmath.mpf(forcing), mpmath.mpf(detuning)

        def balance(R: Any) -> Any:
            if delta == 0:
                return psi(R) - R - F
            return mpmath.sqrt(psi(R) ** 2 + R**2 - 2 * psi(R) * R * mpmath.cos(delta)) - F

        linear = F / (2 * abs(mpmath.sin(delta / 2))) if delta else mpmath.inf
        guess = min(
            linear, (2 * F) ** (mpmath.mpf(1) / (5 if activation == "quartic" else 3)), mpmath.mpf("0.9")
        )
        return mpmath.findroot(
            balance, (guess * mpmath.mpf("0.99"), guess), tol=mpmath.mpf(10) ** -(2 * asked + 20)
        )


@pytest.fixture(scope="session")
def exact_amplitude() -> Callable[..., Any]:
    """exact_amplitude(activation name, F, delta=0): the steady amplitude by an independent route.

    Right to all digits of mpmath's precision in force; F and delta as mpmath numbers.
    """
    return _exact_amplitude
