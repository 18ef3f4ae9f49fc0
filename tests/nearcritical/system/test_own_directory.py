"""A directory of one's own: read is only what nobody else can have written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from nearcritical.system import own_directory
from nearcritical.system.own_directory import OwnDirectory, cache_home


@pytest.fixture
def own(tmp_path: Path) -> OwnDirectory:
    directory = OwnDirectory(tmp_path / "cache" / "own")
    directory.write("name", b"content")
    return directory


def names(own: OwnDirectory) -> list[str]:
    return sorted(path.name for path in own.path.iterdir())


def test_what_is_written_is_read(own: OwnDirectory) -> None:
    assert own.read("name", 100) == b"content"
    own.write("name", b"other")
    assert own.read("name", 100) == b"other"
    assert names(own) == ["name"]


def test_nobody_else_may_write(own: OwnDirectory) -> None:
    assert stat.S_IMODE(own.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((own.path / "name").stat().st_mode) == 0o600


def test_absent_files_are_none(own: OwnDirectory, tmp_path: Path) -> None:
    assert own.read("other", 100) is None
    assert OwnDirectory(tmp_path / "nowhere").read("name", 100) is None
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_directory_that_others_may_write_to_counts_for_nothing(own: OwnDirectory, mode: int) -> None:
    own.path.chmod(mode)
    assert own.read("name", 100) is None
    own.write("new", b"content")
    assert names(own) == ["name"]


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_to_counts_for_nothing(own: OwnDirectory, mode: int) -> None:
    (own.path / "name").chmod(mode)
    assert own.read("name", 100) is None


def test_what_belongs_to_another_user_counts_for_nothing(
    own: OwnDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = os.geteuid()
    monkeypatch.setattr("os.geteuid", lambda: us + 1)
    assert own.read("name", 100) is None
    own.write("new", b"content")
    assert names(own) == ["name"]


def test_links_are_not_followed(own: OwnDirectory, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"planted")
    (own.path / "link").symlink_to(tmp_path / "elsewhere")
    assert own.read("link", 100) is None
    (tmp_path / "way").symlink_to(own.path)
    assert OwnDirectory(tmp_path / "way").read("name", 100) is None


def test_no_pipe_is_waited_for_and_nothing_large_is_read(own: OwnDirectory) -> None:
    os.mkfifo(own.path / "pipe", 0o600)
    assert own.read("pipe", 100) is None
    assert own.read("name", 6) is None
    assert own.read("..", 100) is None


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    directory = OwnDirectory(tmp_path / "file" / "own")
    directory.write("name", b"content")
    assert directory.read("name", 100) is None


def test_of_too_many_files_the_older_half_goes(own: OwnDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    for age in range(4):
        own.write(f"file{age}", b"")
        os.utime(own.path / f"file{age}", (age, age))
    monkeypatch.setattr(own_directory, "MOST", 4)
    own.write("file9", b"")
    assert names(own) == ["file3", "file9", "name"]


@pytest.mark.parametrize(
    ("given", "home", "found"),
    [
        ("/var/cache/me", "/home/me", Path("/var/cache/me")),
        ("", "/home/me", Path("/home/me/.cache")),
        ("relative", "/home/me", None),
        ("", "relative", None),
    ],
)
def test_where_caches_are(given: str, home: str, found: Path | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", given)
    monkeypatch.setenv("HOME", home)
    assert cache_home() == found
