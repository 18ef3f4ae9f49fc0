"""Files: read to their end or given up, written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select
from time import monotonic

from analytics.errors import ModelError

PATIENCE = 10.0
"""Seconds in which a file must be read."""


def read_bytes(path: str | Path, most: int) -> bytes:
    """The first `most` bytes of a file, or of what comes out of a pipe or device within PATIENCE seconds.

    Raises OSError, TimeoutError where the end is not reached in time; ValueError for a path with a zero byte.
    """
    until, content = monotonic() + PATIENCE, b""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # else opening a pipe waits for its writer
    try:
        while len(content) < most:
            if not select([handle], [], [], max(0.0, until - monotonic()))[0]:
                raise TimeoutError(errno.ETIMEDOUT, f"a pipe without an end in {PATIENCE:g} seconds")
            if not (piece := os.read(handle, most - len(content))):
                break
            content += piece
    finally:
        os.close(handle)
    return content


def require_directory(path: Path) -> None:
    """Raise ModelError unless `path` is a directory, or can be made one, and can be written to."""
    with _refusals(path):
        _require_room(path, path)


def require_file(path: Path) -> None:
    """Raise ModelError unless `path` is a file, or can be made one, and can be written to."""
    with _refusals(path):
        if path.is_dir():
            raise _unwritable(path, "it is a directory")
        if not _is_written_to(path):
            _nearest(path)
            _require_room(path, path.resolve().parent)
        elif not os.access(path, os.W_OK):
            raise _unwritable(path, os.strerror(errno.EACCES))


def _require_room(path: Path, directory: Path) -> None:
    """Raise ModelError, or OSError, about `path` unless files can be made in `directory`, or in the one above it."""
    place = _nearest(directory)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise _unwritable(path, f"{place} is no directory that can be written to")
    _new_file(place).unlink()  # some file systems promise more than they hold, /proc for one


def write_file(path: Path, content: str | bytes) -> None:
    """Write `content` to `path`, whole or not at all: to a new file beside it, which then takes its place.

    Text is written as UTF-8. A link is followed to its target; a pipe or a device cannot be replaced and is written to.
    """
    require_file(path)
    written = content.encode() if isinstance(content, str) else content
    with _refusals(path):
        if _is_written_to(path):
            path.write_bytes(written)
            return
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = _new_file(target.parent)
        try:
            beside.write_bytes(written)
            beside.chmod(0o666 & ~_mask())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def remove_file(path: Path) -> None:
    """Remove the file that `write_file` would replace, if there is one."""
    with _refusals(path):
        if not _is_written_to(path):
            path.resolve().unlink(missing_ok=True)


def write_files(directory: Path, texts: Mapping[str, str]) -> None:
    """Write each text under its name in `directory`; files of other names are left as they are."""
    require_directory(directory)
    for name, text in texts.items():
        write_file(directory / name, text)


def _new_file(directory: Path) -> Path:
    """A new empty file, of a name not yet in use."""
    handle, name = tempfile.mkstemp(dir=directory, prefix=".writing.")
    os.close(handle)
    return Path(name)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_written_to(path: Path) -> bool:
    return path.exists() and (path.parent == Path("/dev") or not path.is_file())


def _nearest(path: Path) -> Path:
    """The first that exists of `path` and the directories above it. Raises OSError where no such file can exist."""
    whole = path.resolve()
    place = whole
    while not _exists(place):
        place = place.parent
    for name in whole.relative_to(place).parts:
        _exists(place / name)  # a name too long shows only where its directory exists
    return place


def _exists(path: Path) -> bool:
    """Is there such a file? Raises OSError where no such file can exist."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Refusals of the system are raised as ModelError."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritable(path, error.strerror) from error
    except RuntimeError as error:  # a link to itself, before Python 3.13
        raise _unwritable(path, os.strerror(errno.ELOOP)) from error


def _unwritable(path: Path, reason: object) -> ModelError:
    return ModelError("writing", "a writable place is needed", f"{path} ({reason})", "Choose another.")
