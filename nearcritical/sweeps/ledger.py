"""The file of a sweep: SQLite, one row for each point that is done, written as soon as it is.

A row is there whole or not at all, whenever the program ends. The file says what it holds, and takes nothing else.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.errors import SweepError
from nearcritical.sweeps.question import Answer
from nearcritical.system.files import require_file

APPLICATION = 0x6E634C67
"""What SQLite's header says of whose the file is."""

TABLES = {
    "sweep": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
    "points": "place INTEGER PRIMARY KEY, point TEXT NOT NULL, real TEXT NOT NULL, imaginary TEXT, "
    "digits INTEGER NOT NULL, seconds REAL NOT NULL, refusal TEXT",
}
"""sweep: what the file holds. points: place counts through the grid; point, real and imaginary are JSON."""

PATIENCE = 60
"""Seconds in which whoever reads the file, or writes to it, must let the other in."""

LONGEST = 120
"""Characters of what is shown of a header."""

Header = Mapping[str, str]
"""What makes a sweep: two with equal headers are one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A point that is done, by its number, and the answer."""

    place: int
    point: Mapping[str, str]
    answer: Answer
    digits: int


class Ledger:
    """An open file of a sweep."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def done(self) -> set[int]:
        """The numbers of the points that are done."""
        return {place for (place,) in self._connection.execute("SELECT place FROM points")}

    def refused(self) -> int:
        """How many points have no value."""
        (count,) = self._connection.execute(
            "SELECT count(*) FROM points WHERE refusal IS NOT NULL"
        ).fetchone()
        return int(count)

    def header(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT key, value FROM sweep"))

    def rows(self) -> Iterator[Row]:
        """All of them, by their numbers."""
        found = self._connection.execute(
            "SELECT place, point, real, imaginary, digits, seconds, refusal FROM points ORDER BY place"
        )
        for place, point, real, imaginary, digits, seconds, refusal in found:
            parts = None if imaginary is None else tuple(json.loads(imaginary))
            answer = Answer(tuple(json.loads(real)), parts, seconds, refusal)
            yield Row(place, json.loads(point), answer, digits)

    def write(self, rows: Iterable[Row]) -> None:
        """Add these rows for good, all of them or none."""
        with self._connection:
            self._connection.executemany(
                "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?, ?)", map(_entries, rows)
            )


def _entries(row: Row) -> tuple[Any, ...]:
    found = row.answer
    imaginary = None if found.imaginary is None else json.dumps(found.imaginary)
    point, real = json.dumps(row.point, ensure_ascii=False), json.dumps(found.real)
    return (row.place, point, real, imaginary, row.digits, found.seconds, found.refusal)


@contextmanager
def continued(path: Path, header: Header) -> Iterator[Ledger]:
    """The file of the sweep of this header, new or continued; no other process may write to it meanwhile.

    Raises SweepError for the file of another sweep, for another kind of file, and for one that is being written to.
    """
    require_file(path)
    with _alone(path), _connected(path) as connection:
        ledger = Ledger(connection)
        if _is_new(path, connection):
            with connection:
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                for name, columns in TABLES.items():
                    connection.execute(f"CREATE TABLE {name} ({columns})")
                connection.executemany("INSERT INTO sweep VALUES (?, ?)", header.items())
        else:
            _require_same(path, ledger.header(), header)
        yield ledger


@contextmanager
def read(path: Path) -> Iterator[Ledger]:
    """The file of a sweep, to be read, also while it is written. Raises SweepError for another kind of file."""
    if not path.is_file():
        raise SweepError(f"reading {path}", "the file of a sweep is needed", "none", "Check the path.")
    with _connected(path) as connection:
        if _is_new(path, connection):
            raise SweepError(
                f"reading {path}", "the file of a sweep is needed", "an empty one", "Check the path."
            )
        yield Ledger(connection)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection; what SQLite refuses is told in one line."""
    try:
        with closing(sqlite3.connect(path, PATIENCE, isolation_level="IMMEDIATE")) as connection:
            yield connection
    except sqlite3.Error as error:
        raise SweepError(
            f"the sweep {path}", "a file of SQLite is needed", error, "Choose another file."
        ) from error


def _is_new(path: Path, connection: sqlite3.Connection) -> bool:
    """Is the file empty? Raises SweepError for one that is no sweep's."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if application == APPLICATION and TABLES.keys() <= tables:
        return False
    if application or tables:
        need = "the file of a sweep is needed"
        raise SweepError(f"the sweep {path}", need, "another database", "Choose another file.")
    return True


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process is inside with the same file. The system itself ends that when a process is killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            need = "no other may write to it"
            raise SweepError(f"the sweep {path}", need, "one that does", "Wait for its end.") from None
        yield
    finally:
        os.close(handle)


def _require_same(path: Path, there: Header, here: Header) -> None:
    """Raise SweepError, which names the first difference, unless the headers are equal."""
    for key, value in here.items():
        if (other := there.get(key)) != value:
            short = max(len(str(other)), len(value)) <= LONGEST
            need = f"it holds a sweep with {f'{key} {other}' if short else f'another {key}'}"
            received = value if short else f"that of {here['name']}"
            raise SweepError(f"continuing {path}", need, received, "Choose another file.")
