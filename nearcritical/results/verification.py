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
from nearcritical.system.processes import begun, kept_processes, processes
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
    with kept_processes():
        return begun_verdicts(model, names, digits, jobs)()


def begun_verdicts(
    model: Model, names: Sequence[str], digits: int, jobs: int | None = None
) -> Callable[[], list[Record]]:
    """What waits for the `verdict_records`, on which the kept processes begin."""
    laws = chosen_laws(theory := theory_of(model), names)
    if (count := processes(len(laws), jobs)) == 1:
        return partial(_verdicts_in_turn, model, digits, laws)
    running = begun(partial(_verdicts, model, digits), _shared_out(theory, laws, count), count)

    def finished() -> list[Record]:
        records: dict[str, Record] = {}
        with shown_progress() as progress:
            for names, several in running:
                for name, record in zip(names, several, strict=True):
                    progress(f"verified {name}", len(records), len(laws))
                    records[name] = record
        return [records[name] for name in laws]

    return finished


def _verdicts_in_turn(model: Model, digits: int, laws: Sequence[str]) -> list[Record]:
    with shown_progress() as progress:
        return [
            _verdict(model, digits, name, _part(progress, f"verifying {name}", done, len(laws)))
            for done, name in enumerate(laws)
        ]


def _shared_out(theory: Theory, laws: Sequence[str], count: int) -> list[list[str]]:
    """Chapter by chapter, as laws of a chapter share derivations and measurements, where there are chapters enough.

    The last ones take longest, and are begun first.
    """
    chapters = [[name for name in laws if name in chapter.names] for chapter in reversed(theory.chapters)]
    tasks = [chapter for chapter in chapters if chapter]
    return tasks if len(tasks) >= count else [[name] for name in laws]


def exponent_records(
    model: Model, names: Sequence[str], digits: int, against: str | None = None, jobs: int | None = None
) -> list[Record]:
    """Measured exponents of the observables of those names, or of all that have one.

    against: an exact law to be evaluated in place of measurements; without names, its observable alone. jobs:
    processes, see `processes`.
    """
    with kept_processes():
        return begun_exponents(model, names, digits, against, jobs)()


def begun_exponents(
    model: Model, names: Sequence[str], digits: int, against: str | None = None, jobs: int | None = None
) -> Callable[[], list[Record]]:
    """What waits for the `exponent_records`, on which the kept processes begin; the last ones take longest."""
    require_digits("measuring exponents", digits)
    with _deriving():
        theory = theory_of(model)
        known = scaling_laws(theory)
        exact = None if against is None else theory[against]
    if exact is not None and not names:
        names = (exact.observable,)
    _require_exponents(names, known)
    chosen = {name: known[name] for name in names or known}
    if (count := processes(len(chosen), jobs)) == 1:
        return partial(_exponents_in_turn, chosen, digits, exact)
    laws = [law.name for law in reversed(chosen.values())]
    running = begun(partial(_exponent, model, digits, against), laws, count)

    def finished() -> list[Record]:
        records: dict[str, Record] = {}
        with shown_progress() as progress:
            for _, record in running:
                progress(f"exponent of {record['observable']}", len(records), len(laws))
                records[record["observable"]] = record
        return [records[name] for name in chosen]

    return finished


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


def _exponents_in_turn(laws: Mapping[str, Law], digits: int, against: Law | None) -> list[Record]:
    with shown_progress() as progress:
        return _exponent_records(laws, digits, against, progress)


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


def _exponent(model: Model, digits: int, against: str | None, name: str) -> Record:
    """The exponent that the law of that name states; runs in any process."""
    law = (theory := theory_of(model))[name]
    exact = None if against is None else theory[against]
    return exponent_record(law.observable, exponent(law, digits, against=exact))


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
