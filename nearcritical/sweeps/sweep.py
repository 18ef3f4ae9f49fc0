"""A sweep: every point of a grid asked once, each answer kept as soon as it is known."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

from analytics.errors import SweepError
from analytics.evaluation.values import require_digits
from analytics.law.law import Law
from analytics.network.network import Network
from nearcritical.sweeps.grid import Grid, grid
from nearcritical.sweeps.ledger import Ledger, Row, continued
from nearcritical.sweeps.question import Answer, Question, answer, asked
from nearcritical.sweeps.workers import Workers, workers

FORMAT = "1"
"""Of the files."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep that has come to its end.

    points: of the grid. answered: of them by this call, the others before. refused: of them all.
    """

    file: Path
    name: str
    kind: str
    points: int
    answered: int
    refused: int

    def __str__(self) -> str:
        doing = "evaluated" if self.kind == "law" else "measured"
        before = f", {self.points - self.answered} of them before" if self.answered < self.points else ""
        refused = f", {self.refused} refused" if self.refused else ""
        return f"{self.name} {doing} at {self.points} points{before}{refused}: {self.file}"


def sweep(
    subject: Law | str,
    ranges: Mapping[str, object],
    *,
    out: str | Path,
    network: Network | None = None,
    at: Mapping[str, object] | None = None,
    digits: int = 15,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Evaluate a law, or measure the observable of that name on `network`, at every point of a grid.

    ranges: by the name of a parameter, ``"1e-6:1e-1:50:log"``, ``"-0.2:0.2:41"``, ``"0,pi/4"`` or a sequence of exact
    values; at: exact values of the other parameters. out: an SQLite file, one row a point, each written when its answer
    is known. The same call goes on where an earlier one has ended, however that ended; another one refuses the file.
    jobs: processes on this machine; a script that asks for several runs under ``if __name__ == "__main__"``. scheduler:
    of a Dask cluster in their place, "tcp://HOST:PORT", whose workers have the same version of the toolkit.

    A point at which the law or the experiment refuses keeps the refusal. Raises SweepError for what is no grid, for the
    file of another sweep, and where the workers are gone; UnknownNameError and ParameterError for the parameters.
    """
    points = grid(ranges, at or {})
    question = asked(subject, network, points, digits)
    require_digits(f"sweeping {question.name}", digits)
    if type(jobs) is not int or jobs < 1:
        raise SweepError("sweeping", "the processes are a whole number from 1 on", repr(jobs), "Give jobs=2.")
    file = Path(out)
    with continued(file, header(question, points)) as ledger:
        done = ledger.done()
        todo = (place for place in range(points.size) if place not in done)
        if len(done) < points.size:
            with workers(jobs, scheduler) as found, _noted(file):
                for answered in _answered(question, points, todo, found, ledger):
                    if progress:
                        progress(len(done) + answered, points.size)
        refused = ledger.refused()
    return Sweep(file, question.name, question.kind, points.size, points.size - len(done), refused)


@contextmanager
def _noted(file: Path) -> Iterator[None]:
    """An interruption says that the sweep can be continued."""
    try:
        yield
    except KeyboardInterrupt as error:
        error.add_note(f"{file} has what is done; the same sweep continues there.")
        raise


def header(question: Question, points: Grid) -> dict[str, str]:
    """What the file says of itself, all of which must be equal when it is continued."""
    text = question.text
    units = {parameter.name: parameter for parameter in question.parameters(points.names)}
    return {
        "format": FORMAT,
        "version": json.loads(text)["version"],
        "kind": question.kind,
        "name": question.name,
        "model": _model(question.network),
        "digits": str(question.digits),
        "grid": json.dumps([[axis.name, list(axis.values)] for axis in points.axes], ensure_ascii=False),
        "fixed": json.dumps(dict(points.fixed), ensure_ascii=False),
        "meaning": question.meaning,
        "unit": question.unit,
        "meanings": json.dumps({name: units[name].meaning for name in points.names}, ensure_ascii=False),
        "units": json.dumps({name: units[name].unit for name in points.names}, ensure_ascii=False),
        "question": sha256(text.encode()).hexdigest(),
        "asked": text,
    }


def _model(network: Network) -> str:
    """The network in words: its name, its formulas and its constants."""
    activation, kernel = network.activation, network.kernel
    return (
        f"{network.name}: rho = {activation.profile}, omega = {kernel.frequency(kernel.wavenumbers)}"
        + "".join(f", {symbol} = {value}" for symbol, value in network.constants.items())
    )


def _answered(
    question: Question, points: Grid, todo: Iterator[int], found: Workers, ledger: Ledger
) -> Iterator[int]:
    """Ask at these places and keep the answers; yields how many there are, again and again."""
    text, count = question.text, 0
    asked_there: dict[Future[Answer], int] = {}
    try:
        while True:
            for place in islice(todo, found.ahead - len(asked_there)):
                asked_there[found.executor.submit(answer, text, points.point(place))] = place
            if not asked_there:
                return
            ready, _ = wait(asked_there, return_when=FIRST_COMPLETED)
            places = {future: asked_there.pop(future) for future in ready}
            kept = [future for future in ready if not future.cancelled() and future.exception() is None]
            ledger.write(
                Row(places[future], points.point(places[future]), future.result(), question.digits)
                for future in kept
            )
            for future in ready - set(kept):
                future.result()  # raises
            count += len(kept)
            yield count
    except (BrokenExecutor, CancelledError) as error:
        need = "the processes must last"
        raise SweepError("sweeping", need, "one that was ended", "Start it again: it continues.") from error
