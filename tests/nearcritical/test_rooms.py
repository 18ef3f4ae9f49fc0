"""Other distributions with packages of the names of ours: one line says so, and nothing is mixed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nearcritical.rooms import HOME, ROOMS, clash


def run(path: list[Path], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with these folders first on its path."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=path[0],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))},
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder into which the front door and the bare rooms are installed."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("nearcritical", "analytics"):
        shutil.copytree(HOME / name, tmp_path / name, ignore=ignored)
    for room in ROOMS[1:]:
        (tmp_path / room).mkdir()
        shutil.copy(HOME / room / "__init__.py", tmp_path / room)
    return tmp_path


def distribution(site: Path, name: str, *files: str) -> None:
    """What an installer leaves of a distribution with these files."""
    described = site / f"{name}.dist-info"
    described.mkdir()
    (described / "RECORD").write_text("".join(f"{file},sha256=0,1\n" for file in files), encoding="utf-8")


def test_the_rooms_here_are_ours() -> None:
    assert clash() is None


@pytest.mark.parametrize("room", ROOMS)
def test_a_strange_package_earlier_on_the_path_is_named(room: str, tmp_path: Path) -> None:
    (tmp_path / room).mkdir()
    (tmp_path / room / "__init__.py").write_text("loaded = 1\n", encoding="utf-8")
    found = run([tmp_path, HOME], "-m", "nearcritical", "laws")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        f"nearcritical: starting nearcritical: its package '{room}' must be the only one of this name; "
        f"got another one, at {tmp_path / room}. Install nearcritical in an environment of its own.\n"
    )
    imported = run([tmp_path, HOME], "-c", "from nearcritical import derive")
    assert imported.returncode == 1
    assert imported.stderr.endswith(f"ImportError: {found.stderr.removeprefix('nearcritical: ')}")
    assert run([tmp_path, HOME], "-c", f"import {room}; print({room}.loaded)").stdout == "1\n"


def test_a_distribution_with_the_same_file_is_named(site: Path) -> None:
    distribution(site, "nearcritical-0.1.0", "analytics/__init__.py", "nearcritical/__init__.py")
    distribution(site, "harmless-2.0", "harmless/analytics/__init__.py", "harmless/__init__.py")
    assert run([site], "-m", "nearcritical", "--help").returncode == 0
    distribution(site, "strange-1.0", "analytics/__init__.py", "analytics/client.py")
    found = run([site], "-m", "nearcritical", "--help")
    assert found.returncode == 2
    assert f"got strange 1.0, at {site / 'analytics'}. Install" in found.stderr
    assert found.stderr.endswith("of its own, and strange 1.0 here again.\n")


@pytest.mark.parametrize("change", ["overwritten", "removed"])
def test_a_room_that_was_changed_is_named(site: Path, change: str) -> None:
    room = site / "analytics" / "__init__.py"
    if change == "removed":
        room.unlink()
    else:
        room.write_text('"""Sends events."""\nimport analytics.client\n', encoding="utf-8")
    # -S: without the packages of this environment, in which the rooms may be found as well
    found = run([site], "-S", "-m", "nearcritical", "laws")
    assert (found.returncode, found.stdout) == (2, "")
    told = {
        "removed": "got none. Install nearcritical again, in an environment of its own.",
        "overwritten": f"got another one, at {site / 'analytics'}. Install nearcritical in an environment of its own.",
    }
    assert found.stderr == (
        "nearcritical: starting nearcritical: its package 'analytics' must be the only one of this name; "
        f"{told[change]}\n"
    )
