"""What a sweep has found, as a Dataset and as files."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nearcritical import NearCriticalError, Network, Theory, derive, export_sweep, load, load_sweep, sweep

xarray = pytest.importorskip("xarray", reason="a Dataset needs nearcritical[sweeps]")
parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs nearcritical[sweeps]")

HYSTERESIS = Path(__file__).parents[3] / "examples/hysteresis.toml"


@pytest.fixture(scope="module")
def real(theory_of: Callable[..., Theory], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6 points, of which the first has a refusal."""
    file = tmp_path_factory.mktemp("real") / "sweep.sqlite"
    law = theory_of("algebraic")["forced_amplitude"]
    sweep(law, {"F": "-1,1/100,1/3", "delta": "0,1/10"}, out=file, digits=25)
    return file


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One steady state, and three."""
    file = tmp_path_factory.mktemp("several") / "sweep.sqlite"
    sweep(derive(load(HYSTERESIS))["forced_amplitude"], {"F": "1/100,1/5"}, out=file, digits=12)
    return file


@pytest.fixture(scope="module")
def complexes(default_network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("complex") / "sweep.sqlite"
    ranges = {"Omega": "1/10,1/5"}
    sweep("complex_wavenumber", ranges, at={"I0": "1/10"}, out=file, network=default_network, digits=12)
    return file


def test_a_dataset_has_doubles_units_and_exact_text(real: Path) -> None:
    found = load_sweep(real)
    assert found.forced_amplitude.dims == ("F", "delta") and found.forced_amplitude.shape == (3, 2)
    assert found.delta.attrs["units"] == "rad/step" and list(found.F_text.values) == ["-1", "0.01", "1/3"]
    value = found.forced_amplitude.sel(F=0.01, delta=0)
    exact = str(found.forced_amplitude_text.sel(F=0.01, delta=0).values)
    assert exact == "0.2665031517714650040582918" and float(value) == float(exact)
    assert np.isnan(found.forced_amplitude.values[0]).all() and "must lie in [0, oo)" in str(
        found.refusal.values[0, 0]
    )
    assert (found.refusal.values[1:] == "").all() and (found.seconds > 0).all()
    assert found.attrs["digits"] == 25 and found.attrs["kind"] == "law" and found.attrs["points_done"] == 6
    assert found.attrs["model"].startswith("algebraic/laplacian: rho = r/sqrt(r**2 + 1)")


def test_a_dataset_of_what_is_done_so_far(real: Path, tmp_path: Path) -> None:
    part = tmp_path / "part.sqlite"
    part.write_bytes(real.read_bytes())
    with closing(sqlite3.connect(part)) as connection, connection:
        connection.execute("DELETE FROM points WHERE place = 3")
    found = load_sweep(part)
    assert found.attrs["points"] == 6 and found.attrs["points_done"] == 5
    assert np.isnan(found.forced_amplitude.values[1, 1]) and found.forced_amplitude_text.values[1, 1] == ""


def test_several_values_stand_along_a_branch(several: Path) -> None:
    found = load_sweep(several)
    assert found.forced_amplitude.dims == ("F", "branch") and list(found.branch.values) == [1, 2, 3]
    assert np.isfinite(found.forced_amplitude.values).tolist() == [[True, False, False], [True, True, True]]


def test_complex_values(complexes: Path) -> None:
    found = load_sweep(complexes)
    assert found.complex_wavenumber.dtype == np.complex128
    assert found.complex_wavenumber.attrs["units"] == "rad/site" and float(found.I0) == 0.1
    for value, text in zip(found.complex_wavenumber.values.flat, found.complex_wavenumber_text.values.flat):
        assert complex(text.replace(" i", "j").replace(" ", "")) == value


@pytest.mark.parametrize("which", ["real", "several", "complexes"])
def test_netcdf_has_what_the_dataset_has(which: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    file = request.getfixturevalue(which)
    export_sweep(file, tmp_path / "sweep.nc")
    expected = load_sweep(file)
    with xarray.open_dataset(tmp_path / "sweep.nc", engine="scipy") as back:
        name = "complex_wavenumber" if which == "complexes" else "forced_amplitude"
        values = (
            back[f"{name}_re"].values + 1j * back[f"{name}_im"].values
            if which == "complexes"
            else back[name].values
        )
        assert np.array_equal(values, expected[name].values, equal_nan=True)
        assert back[f"{name}_text"].values.tolist() == expected[f"{name}_text"].values.tolist()
        assert (
            back.attrs["model"] == expected.attrs["model"]
            and back.attrs["digits"] == expected.attrs["digits"]
        )


@pytest.mark.parametrize("which", ["real", "several", "complexes"])
def test_csv_and_parquet_have_a_row_for_each_value(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    file = request.getfixturevalue(which)
    export_sweep(file, tmp_path / "sweep.csv")
    export_sweep(file, tmp_path / "sweep.parquet")
    with (tmp_path / "sweep.csv").open(newline="") as lines:
        written = list(csv.DictReader(lines))
    kept = parquet.read_table(tmp_path / "sweep.parquet")
    assert [
        {key: "" if each is None else str(each) for key, each in row.items()} for row in kept.to_pylist()
    ] == written
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT point, real FROM points ORDER BY place").fetchall()
    expected = [json.loads(point) for point, real in rows for _ in json.loads(real) or [None]]
    assert [{name: row[f"{name}_text"] for name in expected[0]} for row in written] == expected
    assert b"algebraic" in kept.schema.metadata[b"model"] or b"bistable" in kept.schema.metadata[b"model"]


def test_another_suffix_is_refused_and_another_file(real: Path, tmp_path: Path) -> None:
    with pytest.raises(NearCriticalError, match=r"a file must end in \.csv, \.nc, \.parquet; got .*\.xlsx"):
        export_sweep(real, tmp_path / "sweep.xlsx")
    with pytest.raises(NearCriticalError, match="the file of a sweep is needed; got none"):
        load_sweep(tmp_path / "nothing.sqlite")
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(NearCriticalError, match="the file of a sweep is needed; got an empty one"):
        load_sweep(tmp_path / "empty.sqlite")
    (tmp_path / "text.sqlite").write_text("hello, world\n" * 100)
    with pytest.raises(NearCriticalError, match="a file of SQLite is needed"):
        load_sweep(tmp_path / "text.sqlite")
