"""What a sweep has found so far: as an xarray.Dataset, and as CSV, NetCDF and Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.errors import SweepError
from analytics.expressions.parameter import exact_number
from nearcritical.results.written import sum_text
from nearcritical.sweeps.grid import Axis, Grid
from nearcritical.sweeps.ledger import Row, read
from nearcritical.sweeps.question import Answer
from nearcritical.system.files import require_file, write_file

if TYPE_CHECKING:
    from xarray import Dataset

BRANCH = "branch"
"""The axis of several values at a point, counted from 1."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sweep, and what its file says of them."""

    header: dict[str, str]
    grid: Grid
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        return self.header["name"]

    @property
    def branches(self) -> int:
        """The most values that there are at a point."""
        return max((len(row.answer.real) for row in self.rows), default=1) or 1

    @property
    def is_complex(self) -> bool:
        return any(row.answer.imaginary is not None for row in self.rows)

    def about(self, key: str, name: str) -> str:
        """The unit, or the meaning, of a parameter."""
        return str(json.loads(self.header[key])[name])

    @property
    def facts(self) -> dict[str, Any]:
        """Of the whole sweep."""
        kept = ("kind", "model", "version", "meaning")
        return {
            **{key: self.header[key] for key in kept},
            "digits": int(self.header["digits"]),
            "points": self.grid.size,
            "points_done": len(self.rows),
        }


def load_sweep(path: str | Path) -> Dataset:
    """What a sweep has found so far, as an xarray.Dataset over its parameters.

    The variable of the law's or observable's name has doubles, NaN where there is no value, and its unit in ``units``;
    that of the name with ``_text`` has the exact decimals, and so have the parameters. Several values at a point stand
    along ``branch``. ``refusal`` says why a point has none, ``seconds`` what it took.
    Raises SweepError for another file, and where xarray is not installed.
    """
    table = _table(Path(path))
    try:
        from xarray import Dataset
    except ImportError as error:
        need = "a Dataset needs xarray"
        raise SweepError("loading a sweep", need, error, "Install nearcritical[sweeps].") from error
    shape, several = table.grid.shape, table.branches > 1
    dims = [axis.name for axis in table.grid.axes]
    values = np.full((table.grid.size, table.branches), complex(nan, nan) if table.is_complex else nan)
    texts = np.full(values.shape, "", dtype=object)
    refusals, seconds = np.full(table.grid.size, "", dtype=object), np.full(table.grid.size, nan)
    for row in table.rows:
        count = len(row.answer.real)
        values[row.place, :count] = [each if table.is_complex else each.real for each in _doubles(row.answer)]
        texts[row.place, :count] = _texts(row.answer)
        refusals[row.place], seconds[row.place] = row.answer.refusal or "", row.answer.seconds
    where = (*dims, BRANCH) if several else tuple(dims)
    full = (*shape, table.branches) if several else shape
    unit = {"units": table.header["unit"], "long_name": table.header["meaning"]}
    return Dataset(
        {
            table.name: (where, values.reshape(full), unit),
            f"{table.name}_text": (where, texts.astype(str).reshape(full), unit),
            "refusal": (dims, refusals.astype(str).reshape(shape)),
            "seconds": (dims, seconds.reshape(shape), {"units": "s"}),
        },
        coords=_coordinates(table) | ({BRANCH: np.arange(1, table.branches + 1)} if several else {}),
        attrs=table.facts,
    )


def export_sweep(path: str | Path, out: str | Path) -> None:
    """Write what a sweep has found so far to a file: CSV, NetCDF or Parquet by its suffix .csv, .nc or .parquet.

    CSV and Parquet have a row for each value, as a double and as its exact text; NetCDF is the `load_sweep`, complex
    values as two variables, ``_re`` and ``_im``.
    Raises SweepError for another suffix, another file, and where a library is not installed.
    """
    require_export(out)
    write_file(Path(out), WRITERS[Path(out).suffix](Path(path)))


def require_export(out: str | Path) -> None:
    """Raise SweepError for a suffix that `export_sweep` does not know, ModelError where it could not write."""
    if Path(out).suffix not in WRITERS:
        known = ", ".join(WRITERS)
        raise SweepError("exporting a sweep", f"a file must end in {known}", str(out), "Change its name.")
    require_file(Path(out))


def _csv(path: Path) -> str:
    """Comma-separated values with a header."""
    text, table = StringIO(), _table(path)
    writer = csv.DictWriter(text, list(_columns(table)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_records(table))
    return text.getvalue()


def _parquet(path: Path) -> bytes:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        need = "Parquet needs pyarrow"
        raise SweepError("exporting a sweep", need, error, "Install nearcritical[sweeps].") from error
    table, file = _table(path), BytesIO()
    kinds = {float: pa.float64(), int: pa.int64(), str: pa.string()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in _columns(table).items()])
    facts = {key: str(value) for key, value in table.facts.items()}
    parquet.write_table(pa.Table.from_pylist(list(_records(table)), schema.with_metadata(facts)), file)
    return file.getvalue()


def _netcdf(path: Path) -> bytes:
    found = load_sweep(path)
    for name in [str(name) for name, values in found.data_vars.items() if values.dtype.kind == "c"]:
        parts = {f"{name}_re": found[name].real, f"{name}_im": found[name].imag}
        attributes = found[name].attrs
        found = found.drop_vars(name).assign(
            {key: part.assign_attrs(attributes) for key, part in parts.items()}
        )
    return bytes(found.to_netcdf(engine="scipy"))


WRITERS: dict[str, Any] = {".csv": _csv, ".nc": _netcdf, ".parquet": _parquet}
"""Suffix -> what writes such a file."""


def _table(path: Path) -> Table:
    with read(path) as ledger:
        header, rows = ledger.header(), tuple(ledger.rows())
    axes = tuple(Axis(name, tuple(values)) for name, values in json.loads(header["grid"]))
    return Table(header, Grid(axes, tuple(json.loads(header["fixed"]).items())), rows)


def _coordinates(table: Table) -> dict[str, Any]:
    """The parameters, as doubles and as text."""
    given = [(axis.name, axis.name, list(axis.values)) for axis in table.grid.axes]
    found: dict[str, Any] = {}
    for name, along, texts in [*given, *((name, (), text) for name, text in table.grid.fixed)]:
        about = {"units": table.about("units", name), "long_name": table.about("meanings", name)}
        doubles = [_double(text) for text in texts] if along else _double(str(texts))
        found[name], found[f"{name}_text"] = (along, doubles, about), (along, texts, about)
    return found


def _columns(table: Table) -> dict[str, type]:
    """Name of a column -> what stands in it."""
    parameters = {
        name: kind for each in table.grid.names for name, kind in ((each, float), (f"{each}_text", str))
    }
    parts = (f"{table.name}_re", f"{table.name}_im") if table.is_complex else (table.name,)
    return {
        **parameters,
        BRANCH: int,
        **dict.fromkeys(parts, float),
        f"{table.name}_text": str,
        "digits": int,
        "seconds": float,
        "refusal": str,
    }


def _records(table: Table) -> Iterator[dict[str, Any]]:
    """A record for each value, and for each point without one."""
    *parts, text, _, _, _ = list(_columns(table))[2 * len(table.grid.names) + 1 :]
    for row in table.rows:
        point = {
            name: value
            for each, given in row.point.items()
            for name, value in ((each, _double(given)), (f"{each}_text", given))
        }
        cost = {"digits": row.digits, "seconds": row.answer.seconds, "refusal": row.answer.refusal}
        found = zip(_doubles(row.answer), _texts(row.answer), strict=True)
        for branch, (value, written) in enumerate(found, start=1):
            doubles = dict(zip(parts, (value.real, value.imag)))
            yield {**point, BRANCH: branch, **doubles, text: written, **cost}
        if row.answer.refusal is not None:
            yield {**point, **cost}


def _doubles(found: Answer) -> list[complex]:
    imaginary = found.imaginary or ("0",) * len(found.real)
    return [complex(float(x), float(y)) for x, y in zip(found.real, imaginary, strict=True)]


def _texts(found: Answer) -> Sequence[str]:
    """The values as exact decimals, "a + b i" where they are complex."""
    if found.imaginary is None:
        return found.real
    return [sum_text(x, y) for x, y in zip(found.real, found.imaginary, strict=True)]


def _double(text: str) -> float:
    """The double next to an exact value."""
    try:
        return float(text)
    except ValueError:
        return float(exact_number(text))
