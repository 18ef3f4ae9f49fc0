"""Many verifications, or exponents, in a row or side by side."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from analytics.errors import VerificationError, unknown_name
from analytics.evaluation.values import require_digits
from nearcritical.model.building import chosen_laws, theory_of
from nearcritical.model.model import Model
from nearcritical.results.exponents import exponent_difference, exponent_record, stated_exponent
from nearcritical.results.verdicts import verdict_record
from nearcritical.results.written import Record
from nearcritical.system.progress import Progress, shown_progress
from numerics.verification.exponents import exponent
from numerics.verification.verify import unverified, verify

if TYPE_CHECKING:
    from analytics.law.law import Law
    from derivations.theory import Theory


def verdict_records(model: Model, names: Sequence[str], digits: int, jobs: int = 1) -> list[Record]:
    """The verdicts of the laws of those names, or all, in `jobs` processes, in the order of the laws."""
    with shown_progress() as progress:
        tasks = list(enumerate(chosen_laws(theory_of(model), names)))
        if jobs == 1:
            return [
                _verdict(model, digits, name, _part(progress, f"verifying {name}", done, len(tasks)))
                for done, name in tasks
            ]
        found: dict[int, Record] = {}
        with (
            _ended_in_order(),
            get_context("spawn").Pool(min(jobs, len(tasks)), _leave_interrupts_to_the_parent) as pool,
        ):
            for place, record in pool.imap_unordered(partial(_placed_verdict, model, digits), tasks):
                found[place] = record
                progress(f"verified {record['law']}", len(found) - 1, len(tasks))
    return [found[place] for place, _ in tasks]


def exponent_records(
    model: Model, names: Sequence[str], digits: int, against: str | None = None
) -> list[Record]:
    """Measured exponents of the observables of those names, or of all that have one.

    against: an exact law to be evaluated in place of measurements; without names, its observable alone.
    """
    require_digits("measuring exponents", digits)
    with _deriving():
        theory = theory_of(model)
        known = scaling_laws(theory)
        exact = None if against is None else theory[against]
    if exact is not None and not names:
        names = (exact.observable,)
    _require_exponents(names, known)
    chosen = {name: known[name] for name in names or known}
    with shown_progress() as progress:
        return _exponent_records(chosen, digits, exact, progress)


def stated_exponents(model: Model, names: Sequence[str]) -> list[Record] | None:
    """The exponents that the laws of a general network state, of which none can be measured; None for another one."""
    with _deriving():
        theory = theory_of(model)
        if not theory.network.activation.is_general:
            return None
        known = scaling_laws(theory)
    _require_exponents(names, known)
    return [stated_exponent(name, known[name]) for name in names or known]


def compared_exponents(models: Sequence[Model], names: Sequence[str], digits: int) -> Record:
    """The exponents of two networks side by side, of the observables of those names or of all that one has."""
    require_digits("comparing exponents", digits)
    with _deriving():
        theories = [theory_of(model) for model in models]
        known = [scaling_laws(theory) for theory in theories]
    together = {**known[0], **known[1]}
    _require_exponents(names, together)
    chosen = [name for name in together if not names or name in names]
    with shown_progress() as progress:
        found = [
            {record["observable"]: record for record in _exponent_records(laws, digits, None, progress)}
            for laws in ({name: law for name, law in of.items() if name in chosen} for of in known)
        ]
    lines = []
    for name in chosen:
        pair = [records.get(name) for records in found]
        lacking = next(
            (theory for theory, record in zip(theories, pair, strict=True) if record is None), None
        )
        lines.append(
            {
                "observable": name,
                "parameter": next(record["parameter"] for record in pair if record),
                "exponents": pair,
                "difference": None if lacking else exponent_difference(*filter(None, pair)),
                "requires": lacking and lacking.absent.get(together[name].name, "another network"),
            }
        )
    return {"networks": _labels(models), "observables": lines}


@contextmanager
def _deriving() -> Iterator[None]:
    """A terminal shows that laws are derived inside."""
    with shown_progress(lines=False) as progress:
        progress("deriving laws", 0, 1)
        yield


def _require_exponents(names: Sequence[str], known: Mapping[str, Law]) -> None:
    """Raise UnknownNameError for an observable that is none of the `known` ones."""
    for name in names:
        if name not in known:
            raise unknown_name(
                "choosing an exponent", "observable", name, known, see="nearcritical exponents --help"
            )


def _labels(models: Sequence[Model]) -> list[str]:
    """Names of networks side by side: those of their files, without directory and suffix where that suffices."""
    names = [model.origin or theory_of(model).network.name for model in models]
    short = [Path(model.origin).stem or name for model, name in zip(models, names, strict=True)]
    return short if len(set(short)) == len(short) else names


def _exponent_records(
    laws: Mapping[str, Law], digits: int, against: Law | None, progress: Progress
) -> list[Record]:
    found = []
    for done, (name, law) in enumerate(laws.items()):
        listen = _part(progress, f"exponent of {name}", done, len(laws))
        found.append(exponent_record(name, exponent(law, digits, against=against, progress=listen)))
    return found


def _part(progress: Progress, doing: str, done: int, tasks: int) -> Callable[[int, int], None]:
    """The progress within one of several tasks, which begins here; `done` of them are done."""

    def listen(part: int, whole: int) -> None:
        progress(doing, done + part / whole, tasks)

    listen(0, 1)
    return listen


def scaling_laws(theory: Theory) -> dict[str, Law]:
    """Observable -> the law, derived here, that states its exponent at the critical point."""
    return {law.observable: law for law in theory.scaling}


def _placed_verdict(model: Model, digits: int, task: tuple[int, str]) -> tuple[int, Record]:
    """The verdict of one law with its place in the list; runs in any process."""
    place, name = task
    return place, _verdict(model, digits, name)


def _verdict(
    model: Model, digits: int, name: str, listen: Callable[[int, int], None] | None = None
) -> Record:
    law = theory_of(model)[name]
    try:
        verdict = verify(law, digits=digits, progress=listen)
    except VerificationError as error:  # one law without a point must not cost the verdicts of the others
        verdict = unverified(law, digits, error)
    return verdict_record(verdict, digits)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """When the system ends this process, an exception is raised inside, so that the other processes end first."""
    if current_thread() is not main_thread():  # others may not handle signals
        yield
        return

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
