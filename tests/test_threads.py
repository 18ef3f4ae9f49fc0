"""Threads that ask for different digits at once: every answer is right, and no precision is left changed.

SymPy evaluates tanh, erf and asin at the precision of `mpmath.mp`, and flint has one precision for the process: who
changes either holds `PRECISION_LOCK`. Between calls, and for whoever holds the lock, both are the caller's.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import flint
import gmpy2
import mpmath
import numpy as np
import pytest
from mpmath.ctx_mp_python import PythonMPContext
from sympy.core.cache import clear_cache

from analytics.arrays.cancellation import _exact, stable
from analytics.errors import NearCriticalError
from analytics.evaluation.translation import _template
from analytics.exclusive import PRECISION_LOCK, KeptProperty
from analytics.law.values import _branches_at
from nearcritical import (
    Network,
    certify_kernel,
    convolutional_exponential,
    derive,
    export,
    measure,
    network,
    simulate,
    verify,
)
from numerics.lattice.inputs import Oscillation
from numerics.lattice.map import Lattice
from numerics.steady_states.steady_state import steady_state

THREADS = 8
PRECISIONS = {"mp.prec": 77, "flint.ctx.prec": 91}
"""Bits that the caller works with."""

Job = Callable[[], Any]


def transcendental() -> Network:
    """Constants and a profile that SymPy evaluates at mpmath's own precision."""
    return network("tanh", "laplacian", c="erf(1)/3")


def jobs() -> dict[str, Job]:
    """Name -> a call with an answer that can be compared, at digits from 10 to 500."""
    plain, other = network("algebraic", "advection"), transcendental()
    laws, others = derive(plain), derive(other)
    on_ring = Oscillation("erf(1/3)", (1,), frequency="1/9")
    made: dict[str, Job] = {
        "verdict 15": lambda: verify(others["forced_amplitude"], 15).reason,
        "verdict 42": lambda: verify(laws["kernel_frequency"], 42).reason,
        "a new network": lambda: network("tanh(3*r)/3", "c*sin(k)/(2 + tanh(cos(k)))").activation.order,
        "a new derivation": lambda: derive(transcendental())["group_velocity"].latex(),
        "in words": lambda: str(others["forced_amplitude"]) + export(others["forced_amplitude"], "json"),
        "in arrays": lambda: others["forced_amplitude"].compile()(np.geomspace(1e-9, 1, 5), 0.1),
        "in mpmath": lambda: laws["forced_amplitude"].compile("mpmath")(mpmath.mp.mpf(1) / 8),
        "waves": lambda: others["complex_wavenumber"].branches({"I0": "1/100", "Omega": "1/4"}, 40),
        "by mpmath": lambda: (
            measure("forced_phase", other, {"F": "1/9", "delta": "tanh(1/7)"}, 19, engine="reference").values
        ),
    }
    for digits in (10, 33, 121, 500):
        made |= {
            f"amplitude {digits}": lambda d=digits: laws["forced_amplitude"].evaluate(
                {"F": "1/7", "delta": "asin(1/3)"}, d
            ),
            f"rates {digits}": lambda d=digits: others["decay_rate"].branches(
                {"I0": "tanh(1/9)", "q": "1/2"}, d
            ),
            f"inverse {digits}": lambda d=digits: others["activation_inverse"].evaluate({"R": "erf(1/2)"}, d),
            f"miss {digits}": lambda d=digits: laws["resonant_amplitude"].discrepancy(
                {"F": "1/100"}, "1/4", d
            ),
            f"measured {digits}": lambda d=digits: measure("forced_amplitude", other, {"F": "1/9"}, d).values,
        }
    for digits in (11, 160):
        made |= {
            f"taps {digits}": lambda d=digits: convolutional_exponential(other.kernel, (9,), digits=d).taps,
            f"proved {digits}": lambda d=digits: certify_kernel(other.kernel, (12,), d).truncation,
            f"state {digits}": lambda d=digits: steady_state(Lattice(other, (4,)), on_ring, digits=d).state,
            f"simulated {digits}": lambda d=digits: simulate(plain, (6,), on_ring, steps=4, digits=d).states,
        }
    return made | {
        "outside the domain": lambda: others["forced_amplitude"].evaluate({"F": "-tanh(1)"}, 20),
        "too many digits": lambda: measure("forced_amplitude", other, {"F": "1"}, 40, engine="double"),
        "no such wave": lambda: measure("forced_amplitude", other, {"F": "1", "k": "acos(1/3)"}, 25),
        "no such name": lambda: measure("forced_amplitud", other, {"F": "1"}, 25),
    }


REFUSED = ("outside the domain", "too many digits", "no such wave", "no such name")
"""Calls that end in an exception, some of them inside the arithmetic."""


def answer(job: Job) -> str:
    """Every bit of what came back, or of the message."""
    try:
        return bits(job())
    except NearCriticalError as error:
        return str(error)


def bits(found: Any) -> str:
    if isinstance(found, tuple | list):
        return " ".join(map(bits, found))
    if isinstance(found, np.ndarray):
        return bits(found.ravel().tolist())
    raw = getattr(found, "_mpf_", None) or getattr(found, "_mpc_", None)
    return repr(raw or found)


@contextmanager
def callers_precision(
    *, mp: int = PRECISIONS["mp.prec"], flint_bits: int = PRECISIONS["flint.ctx.prec"]
) -> Iterator[None]:
    """The caller's own settings, and a thread switch as often as the interpreter can."""
    before = mpmath.mp.prec, flint.ctx.prec, mpmath.mp.pretty, sys.getswitchinterval()
    mpmath.mp.prec, flint.ctx.prec, mpmath.mp.pretty = mp, flint_bits, True
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        mpmath.mp.prec, flint.ctx.prec, mpmath.mp.pretty = before[:3]
        sys.setswitchinterval(before[3])


def settings() -> dict[str, Any]:
    own = gmpy2.get_context()
    return {
        "mp.prec": mpmath.mp.prec,
        "flint.ctx.prec": flint.ctx.prec,
        "mp.dps": mpmath.mp.dps,
        "mp.pretty": mpmath.mp.pretty,
        "flint.ctx.threads": flint.ctx.threads,
        "flint.ctx.cap": flint.ctx.cap,
        "gmpy2": (own.precision, own.round, own.emin, own.emax),
        "numpy": np.geterr(),
    }


def cold() -> None:
    """Nothing remembered, so that threads compute the same things at the same time."""
    clear_cache()
    for cache in (_template, stable, _exact, _branches_at):
        cache.cache_clear()


@dataclass(frozen=True)
class Serial:
    """What one thread got; with the lock and without: the changes of mpmath's own precision on the way."""

    answers: dict[str, str]
    guarded: list[int]
    unguarded: list[tuple[str, int]]
    left: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def serial() -> Serial:
    """Every job by itself, at the caller's precisions."""
    found = Serial({}, [], [], {})
    doing = ""

    def watched(plain: property) -> property:
        def change(context: Any, value: int) -> None:
            if context is mpmath.mp:
                if PRECISION_LOCK._is_owned():  # type: ignore[attr-defined]
                    found.guarded.append(value)
                else:
                    found.unguarded.append((doing, value))
            plain.fset(context, value)  # type: ignore[misc]

        return property(plain.fget, change)

    with callers_precision(), pytest.MonkeyPatch.context() as patch:
        asked = jobs()
        cold()
        for name in ("prec", "dps"):
            patch.setattr(PythonMPContext, name, watched(getattr(PythonMPContext, name)))
        for doing, job in asked.items():
            found.answers[doing] = answer(job)
            found.left[doing] = settings()
    return found


def test_every_call_leaves_the_callers_settings(serial: Serial) -> None:
    """An exception too: those of `REFUSED` are among the calls."""
    with callers_precision():
        expected = settings()
    assert (expected["mp.prec"], expected["flint.ctx.prec"]) == tuple(PRECISIONS.values())
    assert {name: left for name, left in serial.left.items() if left != expected} == {}
    assert all("; got " in serial.answers[name] for name in REFUSED)


def test_whoever_changes_mpmaths_own_precision_holds_the_lock(serial: Serial) -> None:
    """Where two threads could meet, found without waiting for them to meet."""
    assert serial.unguarded == []
    assert len(serial.guarded) > 100


def test_measurements_do_not_hang_on_the_callers_precision(serial: Serial) -> None:
    """At the least that mpmath and flint can be set to, as at 77 and 91 bits."""
    chosen = ("measured", "state", "simulated", "taps", "proved", "by mpmath", "inverse")
    with callers_precision(mp=2, flint_bits=2):
        found = {name: answer(job) for name, job in jobs().items() if name.startswith(chosen)}
        assert (mpmath.mp.prec, flint.ctx.prec) == (2, 2)
    assert len(found) > 12
    assert found == {name: serial.answers[name] for name in found}


def test_eight_threads_asking_for_different_digits(serial: Serial) -> None:
    with callers_precision():
        cold()
        asked, before = jobs(), settings()
        start, done, seen = threading.Barrier(THREADS), threading.Event(), set()
        wrong: list[tuple[int, str, str]] = []
        kept: list[bool] = []

        def work(number: int) -> None:
            own = settings()
            start.wait()
            for name in random.Random(number).sample(sorted(asked), len(asked) // 2):
                if (found := answer(asked[name])) != serial.answers[name]:
                    wrong.append((number, name, found))
            kept.append(all(settings()[name] == own[name] for name in ("numpy", "gmpy2")))

        def watch() -> None:
            while not done.wait(1e-3):
                with PRECISION_LOCK:
                    seen.add((mpmath.mp.prec, flint.ctx.prec))

        watcher = threading.Thread(target=watch)
        workers = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in (watcher, *workers):
            thread.start()
        for thread in workers:
            thread.join()
        done.set()
        watcher.join()
        assert wrong == []
        assert kept == [True] * THREADS
        assert seen == {tuple(PRECISIONS.values())}
        assert settings() == before


def test_what_is_kept_is_not_waited_for_by_who_has_the_turn() -> None:
    """One thread computes what an object keeps, and waits for its turn; the one that has the turn asks for the same."""

    class Held:
        @KeptProperty
        def value(self) -> int:
            begun.set()
            with PRECISION_LOCK:
                return 1

    begun, found = threading.Event(), []
    waiting = threading.Thread(target=lambda: found.append(Held().value), daemon=True)

    def turn() -> None:
        with PRECISION_LOCK:
            waiting.start()
            begun.wait()
            found.append(Held().value)

    holding = threading.Thread(target=turn, daemon=True)
    holding.start()
    for thread in (holding, waiting):
        thread.join(timeout=60)
    assert found == [1, 1]


def test_a_process_forked_while_a_thread_computes_goes_on() -> None:
    """Every child evaluates a law, at the precision that the caller had, and ends."""
    law, done = derive(transcendental())["forced_amplitude"], threading.Event()

    def busy() -> None:
        while not done.is_set():
            law.evaluate({"F": f"1/{random.randint(2, 10**6)}"}, 60)

    def child() -> None:
        signal.alarm(60)
        law.evaluate({"F": "1/3"}, 40)
        assert (mpmath.mp.prec, flint.ctx.prec) == before

    before = mpmath.mp.prec, flint.ctx.prec
    thread = threading.Thread(target=busy)
    thread.start()
    forks = multiprocessing.get_context("fork")
    children = []
    try:
        for _ in range(8):
            children.append(forks.Process(target=child))
            children[-1].start()
        for process in children:
            process.join(90)
        assert [process.exitcode for process in children] == [0] * 8
    finally:
        done.set()
        thread.join()
        for process in children:
            process.kill()
            process.join()
