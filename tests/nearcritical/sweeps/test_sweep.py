"""Sweeps: every point once, whatever ends them and whoever answers."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from mpmath import mpf, workdps

from nearcritical import NearCriticalError, Network, Theory, derive, load, measure, network, sweep
from nearcritical.cli.main import main
from nearcritical.sweeps.ledger import read
from numerics.observables.discovery import observables

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}


def kept(path: Path) -> list[tuple[Any, ...]]:
    """Every row but for what it took."""
    with closing(sqlite3.connect(path)) as connection:
        columns = "place, point, real, imaginary, digits, refusal"
        return connection.execute(f"SELECT {columns} FROM points ORDER BY place").fetchall()


@pytest.fixture(scope="module")
def law(theory_of: Callable[..., Theory]) -> Any:
    return theory_of("algebraic")["forced_amplitude"]


def test_a_law_at_every_point_of_a_grid(law: Any, tmp_path: Path) -> None:
    file = tmp_path / "sweep.sqlite"
    found = sweep(law, {"F": "1e-6:1e-1:3:log", "delta": "0,1/7"}, out=file, digits=40)
    assert str(found) == f"forced_amplitude evaluated at 6 points: {file}"
    with read(file) as ledger:
        rows = list(ledger.rows())
    assert [row.place for row in rows] == list(range(6))
    for row in rows:
        with workdps(50):
            exact, (value,) = law.evaluate(row.point, 45), row.answer.real
            assert abs(mpf(value) - exact) <= abs(exact) * mpf(10) ** -39
        assert len(value.replace("0.", "").lstrip("0")) == 40 and row.answer.seconds > 0


def test_an_observable_is_measured(default_network: Network, tmp_path: Path) -> None:
    file = tmp_path / "sweep.sqlite"
    sweep(
        "forced_amplitude",
        {"F": "1/100,1/10"},
        out=file,
        network=default_network,
        at={"k": "pi/2"},
        digits=20,
    )
    with read(file) as ledger:
        (first, _), header = ledger.rows(), ledger.header()
    seen = measure("forced_amplitude", default_network, {"F": "1/100", "k": "pi/2"}, 20)
    with workdps(30):
        assert abs(mpf(first.answer.real[0]) - seen.value) < mpf(10) ** -20
    assert (header["kind"], header["name"], header["digits"]) == ("observable", "forced_amplitude", "20")
    assert (
        header["model"] == "algebraic/laplacian: rho = r/sqrt(r**2 + 1), omega = 2*c*(1 - cos(k)), c = 3/10"
    )


def test_the_same_call_goes_on_and_answers_nothing_twice(law: Any, tmp_path: Path) -> None:
    file, ranges = tmp_path / "sweep.sqlite", {"F": "1/10,1/5,3/10"}
    sweep(law, ranges, out=file)
    whole = kept(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM points WHERE place = 1")
        connection.execute("UPDATE points SET seconds = 77 WHERE place = 2")
    found = sweep(law, ranges, out=file)
    assert (found.points, found.answered) == (3, 1) and kept(file) == whole
    with read(file) as ledger:
        assert [row.answer.seconds == 77 for row in ledger.rows()] == [False, False, True]


def test_a_refusal_is_kept_as_the_answer_of_its_point(law: Any, tmp_path: Path) -> None:
    file = tmp_path / "sweep.sqlite"
    found = sweep(law, {"F": "-1:1:3"}, out=file)
    assert found.refused == 1 and str(found).endswith(f"at 3 points, 1 refused: {file}")
    refusal = kept(file)[0][-1]
    assert refusal.startswith(
        "law 'forced_amplitude': F (amplitude of the forcing) must lie in [0, oo); got -1."
    )
    assert [row[-1] for row in kept(file)[1:]] == [None, None]


def test_complex_and_several_values(theory_of: Callable[..., Theory], tmp_path: Path) -> None:
    law = theory_of("algebraic")["susceptibility"]
    sweep(law, {"q": "0,1"}, at={"I0": "1/10", "Omega": "1/5"}, out=tmp_path / "sweep.sqlite")
    for _, point, real, imaginary, _, _ in kept(tmp_path / "sweep.sqlite"):
        values = law.branches(json.loads(point), 15)
        assert len(values) == 4
        assert [float(each) for each in json.loads(real)] == pytest.approx([float(v.real) for v in values])
        assert [float(each) for each in json.loads(imaginary)] == pytest.approx(
            [float(v.imag) for v in values]
        )


def test_every_steady_state(tmp_path: Path) -> None:
    law = derive(load(ROOT / "examples/hysteresis.toml"))["forced_amplitude"]
    sweep(law, {"F": "1/100,1/5"}, out=tmp_path / "sweep.sqlite", digits=10)
    assert [len(json.loads(row[2])) for row in kept(tmp_path / "sweep.sqlite")] == [1, 3]


# -- what is refused --


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digits": 20}, "it holds a sweep with digits 15; got 20"),
        ({"ranges": {"F": "1/10,1/3"}}, "it holds a sweep with grid"),
        ({"at": {"delta": "1/10"}}, "it holds a sweep with fixed {}; got {"),
        (
            {"subject": "forced_amplitude", "network": "ours"},
            "it holds a sweep with kind law; got observable",
        ),
        ({"subject": "another"}, "it holds a sweep with model algebraic/laplacian"),
    ],
    ids=str,
)
def test_another_sweep_is_not_mixed_in(
    change: dict[str, Any],
    said: str,
    law: Any,
    default_network: Network,
    theory_of: Callable[..., Theory],
    tmp_path: Path,
) -> None:
    file = tmp_path / "sweep.sqlite"
    sweep(law, {"F": "1/10,1/5"}, out=file)
    before = file.read_bytes()
    subject = change.get("subject", law)
    options = {
        "ranges": {"F": "1/10,1/5"},
        **change,
        "subject": theory_of("tanh")["forced_amplitude"] if subject == "another" else subject,
        "network": default_network if "network" in change else None,
    }
    with pytest.raises(NearCriticalError) as refused:
        sweep(options.pop("subject"), options.pop("ranges"), out=file, **options)
    assert said in str(refused.value) and "\n" not in str(refused.value)
    assert file.read_bytes() == before


def test_another_version_does_not_continue(law: Any, tmp_path: Path) -> None:
    file = tmp_path / "sweep.sqlite"
    sweep(law, {"F": "1/10,1/5"}, out=file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE sweep SET value = '0.0.1' WHERE key = 'version'")
    with pytest.raises(NearCriticalError, match=r"it holds a sweep with version 0\.0\.1; got 0\.1\.0"):
        sweep(law, {"F": "1/10,1/5"}, out=file)


def test_a_worker_of_another_version_does_not_answer(law: Any) -> None:
    from nearcritical.sweeps.grid import grid
    from nearcritical.sweeps.question import answer, asked

    points = grid({"F": "1/10"}, {})
    text = asked(law, None, points, 15).text
    assert answer(text, points.point(0)).real
    with pytest.raises(NearCriticalError, match=r"every process must have nearcritical 0\.0\.1"):
        answer(text.replace('"version":"0.1.0"', '"version":"0.0.1"'), points.point(0))


@pytest.mark.parametrize("content", [b"hello, world\n" * 100, b"SQLite format 3\0" + b"\1" * 2000])
def test_another_kind_of_file_is_left_as_it_is(content: bytes, law: Any, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(content)
    with pytest.raises(NearCriticalError, match="a file of SQLite is needed"):
        sweep(law, {"F": "1/10,1/5"}, out=file)
    assert file.read_bytes() == content


def test_another_database_is_left_as_it_is(law: Any, tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE points (x)")
    before = file.read_bytes()
    with pytest.raises(NearCriticalError, match="got another database"):
        sweep(law, {"F": "1/10,1/5"}, out=file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("subject", "ranges", "options", "said"),
    [
        ("law", {"G": "1,2"}, {}, "sweeping forced_amplitude: unknown parameter; got 'G'"),
        ("law", {"delta": "1,2"}, {}, "F (amplitude of the forcing) must be given"),
        ("law", {"F": "1,2"}, {"network": "ours"}, "sweeping a law: it has a network"),
        ("law", {"F": "1,2"}, {"digits": 0}, "digits must be a whole number"),
        ("law", {"F": "1,2"}, {"jobs": 0}, "the processes are a whole number from 1 on"),
        ("forced_amplitude", {"F": "1,2"}, {}, "a network is needed"),
        ("amplitude", {"F": "1,2"}, {"network": "ours"}, "unknown observable"),
        ("forced_amplitude", {"I0": "1,2"}, {"network": "ours"}, "unknown parameter; got 'I0'"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_the_work(
    subject: str,
    ranges: Any,
    options: dict[str, Any],
    said: str,
    law: Any,
    default_network: Network,
    tmp_path: Path,
) -> None:
    if "network" in options:
        options = {**options, "network": default_network}
    with pytest.raises(NearCriticalError) as refused:
        sweep(law if subject == "law" else subject, ranges, out=tmp_path / "sweep.sqlite", **options)
    assert said in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_two_sweeps_do_not_write_to_one_file_at_once(law: Any, tmp_path: Path) -> None:
    from nearcritical.sweeps.ledger import continued
    from nearcritical.sweeps.table import load_sweep

    pytest.importorskip("xarray", reason="load_sweep needs xarray")
    file = tmp_path / "sweep.sqlite"
    sweep(law, {"F": "1/10,1/5"}, out=file)
    with read(file) as ledger:
        header = ledger.header()
    with continued(file, header):
        with pytest.raises(NearCriticalError, match="no other may write to it"):
            sweep(law, {"F": "1/10,1/5"}, out=file)
        assert load_sweep(file).points_done == 2  # reading is no writing


# -- the command --


def told(*arguments: str) -> tuple[int, str, str]:
    found = CliRunner().invoke(main, ["sweep", *arguments], prog_name="nearcritical")
    return found.exit_code, found.stdout, found.stderr


def test_the_command_evaluates_a_law_or_measures_and_exports(tmp_path: Path) -> None:
    common = ["forced_amplitude", "--grid", "F=1/100,1/10", "--jobs", "1"]
    (evaluated, measured), table = (tmp_path / "a.sqlite", tmp_path / "b.sqlite"), tmp_path / "a.csv"
    code, out, _ = told(*common, "--out", str(evaluated), "--export", str(table))
    assert (code, out) == (0, f"forced_amplitude evaluated at 2 points: {evaluated}\n")
    code, out, _ = told(*common, "--out", str(measured), "--measure")
    assert (code, out) == (0, f"forced_amplitude measured at 2 points: {measured}\n")
    assert [row[2] for row in kept(evaluated)] == [row[2] for row in kept(measured)]
    assert len(table.read_text().splitlines()) == 3


def test_the_command_measures_what_no_law_has_the_name_of(tmp_path: Path) -> None:
    file = tmp_path / "sweep.sqlite"
    code, out, _ = told("activation_drives", "--grid", "F=1,2", "--out", str(file))
    assert code == 2 and out == "" and not file.exists()
    name = next(name for name in observables() if name not in derive(network()))
    assert name == "activation_drive"
    options = ["--grid", "R=1/100,1/50", "--jobs", "1", "--out", str(file)]
    assert told(name, *options)[:2] == (0, f"{name} measured at 2 points: {file}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["forced_amplitude", "--grid", "F", "--out", "x"], "--grid takes NAME=VALUE, got 'F'"),
        (["forced_amplitude", "--out", "x"], "Missing option '--grid'"),
        (["forced_amplitude", "--grid", "F=1,2"], "Missing option '--out'"),
        (["forced_amplitude", "--grid", "F=1:2", "--out", "x"], "a range is NAME=FROM:TO:COUNT"),
        (["forced_amplitude", "--grid", "F=1,2", "--out", "/proc/x/y"], "a writable place is needed"),
        (["forced_amplitude", "--grid", "F=1,2", "--out", "x", "--export", "x.xls"], "a file must end in"),
        (
            ["forced_amplitude", "--grid", "F=1,2", "--out", "x", "--jobs", "2", "--scheduler", "tcp://a:1"],
            "--scheduler names the workers and excludes --jobs",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_the_command_refuses_in_one_line(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, error = told(*arguments)
    assert code == 2 and out == "" and said in error.splitlines()[-1]
    assert not list(tmp_path.iterdir())


# -- killed, and started again --


def command(file: Path, *options: str, forcings: int = 20) -> list[str]:
    """A sweep of three measurements for each forcing: 60, unless another number is given."""
    ranges = ["--grid", f"F=1e-3:1e-1:{forcings}:log", "--grid", "delta=-0.1:0.1:3"]
    return [
        *(sys.executable, "-m", "nearcritical", "sweep", "forced_amplitude", "--measure", *ranges),
        *("--digits", "20", "--out", str(file), *options),
    ]


@contextmanager
def begun(file: Path, *options: str, forcings: int = 20) -> Iterator[subprocess.Popen[str]]:
    """A sweep that goes on beside the test, and ends with it. It listens to interrupts, as tests in the background do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        command(file, *options, forcings=forcings), cwd=ROOT, env=ENVIRONMENT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    with process:
        try:
            yield process
        finally:
            process.kill()


ENDLESS = 10_000
"""Forcings of a sweep that no machine ends before the test has looked at it."""


def count(file: Path) -> int:
    try:
        return len(kept(file))
    except sqlite3.OperationalError:  # not there yet
        return 0


def awaited(file: Path, process: subprocess.Popen[str], points: int) -> None:
    """Wait until so many points are kept, or the process has ended."""
    end = time.monotonic() + 400
    while count(file) < points and process.poll() is None:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """The rows of the sweep that nothing disturbs."""
    file = tmp_path_factory.mktemp("alone") / "sweep.sqlite"
    done = subprocess.run(
        command(file, "--jobs", "1"), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"forced_amplitude measured at 60 points: {file}\n"
    return kept(file)


def test_killed_ten_times_it_ends_as_one_that_was_left_alone(alone: list[Any], tmp_path: Path) -> None:
    file, random = tmp_path / "sweep.sqlite", Random(14)
    before: list[tuple[Any, ...]] = []
    for killed in range(10):
        with begun(file, "--jobs", "2") as process:
            awaited(file, process, len(before) + 1)
            time.sleep(random.uniform(0, 0.05))
            process.kill()  # the main process alone: those beside it end by themselves
            process.communicate()
        now = kept(file)
        assert set(before) <= set(now), "a point that was done is lost"
        assert len(now) > len(before) or len(now) == 60, killed
        before = now
    done = subprocess.run(
        command(file, "--jobs", "2"), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert kept(file) == alone


def test_the_processes_of_a_killed_sweep_end_too(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil", reason="to look at processes")
    with begun(tmp_path / "sweep.sqlite", "--jobs", "2", forcings=ENDLESS) as process:
        awaited(tmp_path / "sweep.sqlite", process, 1)
        others = psutil.Process(process.pid).children(recursive=True)
        assert len(others) >= 2
        process.kill()
        process.communicate()
    _, alive = psutil.wait_procs(others, timeout=20)
    assert not [other for other in alive if other.status() != psutil.STATUS_ZOMBIE]


def test_an_interruption_says_that_the_sweep_continues(tmp_path: Path) -> None:
    file = tmp_path / "sweep.sqlite"
    with begun(file, "--jobs", "2", forcings=ENDLESS) as process:
        awaited(file, process, 1)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == (
        f"nearcritical: interrupted. {file} has what is done; the same sweep continues there."
    )


def test_a_process_that_ends_is_told_in_one_line(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil", reason="to look at processes")
    file = tmp_path / "sweep.sqlite"
    with begun(file, "--jobs", "2", forcings=ENDLESS) as process:
        awaited(file, process, 1)
        workers = [p for p in psutil.Process(process.pid).children() if "spawn_main" in " ".join(p.cmdline())]
        workers[0].kill()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said.splitlines()[-1].startswith(
        "nearcritical: sweeping: the processes must last; got one that was ended."
    )
    assert 0 < count(file) < 3 * ENDLESS


# -- past one machine --


KILLED_MIDWAY = """
import os, signal

from distributed import WorkerPlugin


class KilledMidway(WorkerPlugin):
    done = 0

    def transition(self, key, start, finish, **kwargs):
        self.done += finish == "memory"
        if self.done == 5:
            os.kill(os.getpid(), signal.SIGKILL)


async def dask_setup(worker):
    await worker.plugin_add(KilledMidway())
"""
"""What a worker loads to be killed after five answers, with others handed out to it."""


@contextmanager
def cluster(folder: Path, *workers: tuple[str, ...]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler of Dask on the loopback interface and one worker for each tuple of options, all of them there."""
    distributed = pytest.importorskip("distributed", reason="a Dask cluster needs nearcritical[cluster]")
    place = folder / "scheduler.json"
    at = ["--host", "127.0.0.1", "--no-dashboard"]

    def beside(name: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{name}", *options, *at],
            env=ENVIRONMENT, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    begun = [beside("scheduler", "--port", "0", "--scheduler-file", str(place))]
    try:
        end = time.monotonic() + 200
        while not place.exists():
            assert time.monotonic() < end and begun[0].poll() is None
            time.sleep(0.1)
        address = json.loads(place.read_text())["address"]
        always = ("--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        begun += [beside("worker", address, *always, *options) for options in workers]
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(len(workers), timeout=200)
        yield address, begun[1:]
    finally:
        for process in reversed(begun):
            process.kill()
            process.wait()


def test_a_dask_cluster_of_which_a_worker_is_killed_midway(alone: list[Any], tmp_path: Path) -> None:
    file, killed = tmp_path / "sweep.sqlite", tmp_path / "killed_midway.py"
    killed.write_text(KILLED_MIDWAY)
    with cluster(tmp_path, ("--preload", str(killed)), ()) as (address, workers):
        done = subprocess.run(
            command(file, "--scheduler", address), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True
        )
        assert [worker.poll() for worker in workers] == [-signal.SIGKILL, None]
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"forced_amplitude measured at 60 points: {file}\n"
    assert kept(file) == alone


def test_no_scheduler_is_told_in_one_line(law: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="a Dask cluster needs nearcritical[cluster]")
    monkeypatch.setattr("nearcritical.sweeps.workers.PATIENCE", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(NearCriticalError, match=f"a Dask scheduler must answer at {address}"):
            sweep(law, {"F": "1/10,1/5"}, out=tmp_path / "sweep.sqlite", scheduler=address)
