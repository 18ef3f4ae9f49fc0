"""Many verifications, or exponents, in a row or side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.errors import VerificationError, unknown_name
from analytics.evaluation.values import require_digits
from nearcritical.model.building import chosen_laws, theory_of
from nearcritical.model.model import Model
from nearcritical.results.exponents import exponent_difference, exponent_record, stated_exponent
from nearcritical.results.verdicts import verdict_record
from nearcritical.results.written import Record
from nearcritical.system.processes import processes, side_by_side
from nearcritical.system.progress import Progress, shown_progress
from numerics.verification.exponents import exponent
from numerics.verification.verify import unverified, verify

if TYPE_CHECKING:
    from analytics.law.law import Law
    from derivations.theory import Theory


def verdict_records(model: Model, names: Sequence[str], digits: int, jobs: int | None = None) -> list[Record]:
    """The verdicts of the laws of those names, or all, in the order of the laws.

    jobs: processes, see `processes`.
    """
    with shown_progress() as progress:
        laws = chosen_laws(theory := theory_of(model), names)
        if (count := processes(len(laws), jobs)) > 1:
            return _side_by_side(theory, laws, count, partial(_verdicts, model, digits), progress)
        return [
            _verdict(model, digits, name, _part(progress, f"verifying {name}", done, len(laws)))
            for done, name in enumerate(laws)
        ]


def _side_by_side(
    theory: Theory,
    laws: Sequence[str],
    count: int,
    work: Callable[[Sequence[str]], list[Record]],
    progress: Progress,
) -> list[Record]:
    """Chapter by chapter, as laws of a chapter share derivations and measurements, where there are chapters enough.

    The last ones take longest, and are begun first.
    """
    chapters = [[name for name in laws if name in chapter.names] for chapter in reversed(theory.chapters)]
    tasks = [chapter for chapter in chapters if chapter]
    if len(tasks) < count:
        tasks = [[name] for name in laws]
    finished = 0

    def told(names: Sequence[str], _: int) -> None:
        nonlocal finished
        for name in names:
            progress(f"verified {name}", finished, len(laws))
            finished += 1

    found = side_by_side(work, tasks, count, told)
    records = {
        name: record
        for names, several in zip(tasks, found, strict=True)
        for name, record in zip(names, several, strict=True)
    }
    return [records[name] for name in laws]


def exponent_records(
    model: Model, names: Sequence[str], digits: int, against: str | None = None, jobs: int | None = None
) -> list[Record]:
    """Measured exponents of the observables of those names, or of all that have one.

    against: an exact law to be evaluated in place of measurements; without names, its observable alone. jobs:
    processes, see `processes`.
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
        if (count := processes(len(chosen), jobs)) > 1:
            return side_by_side(
                partial(_exponent, model, digits, against),
                [(name, law.name) for name, law in chosen.items()],
                count,
                lambda task, done: progress(f"exponent of {task[0]}", done, len(chosen)),
            )
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


def _exponent(model: Model, digits: int, against: str | None, task: tuple[str, str]) -> Record:
    """The exponent of an observable, which a law states; runs in any process."""
    (name, law), theory = task, theory_of(model)
    exact = None if against is None else theory[against]
    return exponent_record(name, exponent(theory[law], digits, against=exact))


def _verdicts(model: Model, digits: int, names: Sequence[str]) -> list[Record]:
    """Those of several laws; runs in any process."""
    return [_verdict(model, digits, name) for name in names]


def _verdict(
    model: Model, digits: int, name: str, listen: Callable[[int, int], None] | None = None
) -> Record:
    law = theory_of(model)[name]
    try:
        verdict = verify(law, digits=digits, progress=listen)
    except VerificationError as error:  # one law without a point must not cost the verdicts of the others
        verdict = unverified(law, digits, error)
    return verdict_record(verdict, digits)
