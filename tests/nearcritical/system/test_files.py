"""Files that are read to their end or given up, and are whole or absent."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from analytics.errors import ModelError
from nearcritical import load
from nearcritical.system import files
from nearcritical.system.files import (
    read_bytes,
    require_directory,
    require_file,
    write_file,
    write_files,
)


def test_a_pipe_without_a_writer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.2)
    pipe = tmp_path / "model.toml"
    os.mkfifo(pipe)
    with pytest.raises(
        ModelError, match=r"a readable file is needed; got a pipe without an end in 0.2 seconds"
    ):
        load(pipe)


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "model.toml"
    os.mkfifo(pipe)
    text = b"[activation]\nname = 'tanh'\n"
    with ThreadPoolExecutor() as others:
        written = others.submit(pipe.write_bytes, text)
        assert read_bytes(pipe, 100) == text
    assert written.result() == len(text)


def test_of_a_device_without_an_end_the_beginning_is_read() -> None:
    assert read_bytes("/dev/zero", 1000) == bytes(1000)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "laws.tex"
    write_file(target, "first\n")
    write_file(target, "second\n")
    assert target.read_text() == "second\n"
    assert [path.name for path in target.parent.iterdir()] == ["laws.tex"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_file(tmp_path / "laws.tex", "\ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there" / "laws.tex")
    write_file(tmp_path / "link", "text\n")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "laws.tex").read_text() == "text\n"


def test_a_device_is_written_to() -> None:
    write_file(Path("/dev/null"), "text\n")
    assert Path("/dev/null").is_char_device()


def test_other_files_of_a_directory_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write_files(tmp_path, {"laws.c": "c\n", "laws.py": "python\n"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["laws.c", "laws.py", "notes.txt"]


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ModelError, match=r"writing: a writable place is needed; got .*taken"):
        require_directory(tmp_path / "taken" / "report")
    with pytest.raises(ModelError, match="it is a directory"):
        write_file(tmp_path, "text")


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    for refuse in (require_directory, require_file, lambda path: write_file(path, "text")):
        with pytest.raises(ModelError, match="Too many levels of symbolic links"):
            refuse(tmp_path / "link")


@pytest.mark.parametrize("place", ["a" * 300, "new/" + "a" * 300])
def test_a_name_too_long_is_refused_and_leaves_nothing(place: str, tmp_path: Path) -> None:
    for refuse in (require_directory, require_file, lambda path: write_file(path, "text")):
        with pytest.raises(ModelError, match="File name too long"):
            refuse(tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_the_full_length_is_written(tmp_path: Path) -> None:
    write_file(tmp_path / ("a" * 255), "text\n")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["text\n"]


def test_a_link_to_what_is_not_there_yet_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "new" / "there")
    write_files(tmp_path / "link", {"laws.c": "c\n"})
    assert (tmp_path / "new" / "there" / "laws.c").read_text() == "c\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_device_is_refused() -> None:
    with pytest.raises(ModelError, match=r"got /dev/full \(No space left on device\)"):
        write_file(Path("/dev/full"), "text\n")


PROC = Path("/proc")
"""A directory in which nobody can make a file, whatever it says."""


@pytest.mark.skipif(not PROC.is_dir(), reason="the system has no such directory")
def test_a_place_that_only_looks_writable_is_refused() -> None:
    for refuse in (require_directory, lambda place: require_file(place / "laws.tex")):
        with pytest.raises(ModelError, match=r"a writable place is needed; got /proc"):
            refuse(PROC)


def test_a_place_is_tried_without_a_trace(tmp_path: Path) -> None:
    require_directory(tmp_path / "new")
    require_file(tmp_path / "other" / "laws.tex")
    assert list(tmp_path.iterdir()) == []


def test_a_name_beside_the_devices_is_that_of_a_file() -> None:
    """It is tried as any other, and a device is written to as it is."""
    with pytest.raises(ModelError, match=r"/dev/null is no directory"):
        require_file(Path("/dev/null/laws.tex"))
    require_file(Path("/dev/null"))
