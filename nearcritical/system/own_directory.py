"""A directory of files that nobody but this user can have written, for what may be lost at any time."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MOST = 4_000
"""Files that are kept; of more the older half goes."""

NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0)


def cache_home() -> Path | None:
    """Where programs of this user keep such files: $XDG_CACHE_HOME or ~/.cache; None where there is no such place."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):  # a user without a home
        place = Path(given) if given else Path.home() / ".cache"
        return place if place.is_absolute() else None
    return None


class OwnDirectory:
    """The directory of that path, made when it is first written to, with the rights of its owner alone.

    A directory or a file that belongs to another user, that others may write to, or that is a link counts as absent.
    Nothing is raised where the system refuses: nothing is then read, and nothing written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, name: str, most: int) -> bytes | None:
        """The content of a file of at most so many bytes; None where there is none that counts."""
        with suppress(OSError), self._opened() as place:
            handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK | NOT_FOLLOWED, dir_fd=place)
            with os.fdopen(handle, "rb") as file:
                about = os.fstat(handle)
                if stat.S_ISREG(about.st_mode) and _is_own(about) and about.st_size <= most:
                    return file.read(most)
        return None

    def write(self, name: str, content: bytes) -> None:
        """Put the content under that name, whole or not at all."""
        with suppress(OSError):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._opened() as place:
                beside = f"{name}.{os.getpid()}"
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NOT_FOLLOWED
                with os.fdopen(os.open(beside, flags, 0o600, dir_fd=place), "wb") as file:
                    file.write(content)
                os.rename(beside, name, src_dir_fd=place, dst_dir_fd=place)
                _thin_out(place)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """A handle of the directory. Raises OSError unless it is this user's own."""
        place = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | NOT_FOLLOWED)
        try:
            if not _is_own(os.fstat(place)):
                raise PermissionError(self.path)
            yield place
        finally:
            os.close(place)


def _is_own(about: os.stat_result) -> bool:
    """Does it belong to this user, and may nobody else write to it?"""
    return about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _thin_out(place: int) -> None:
    names = os.listdir(place)
    if len(names) > MOST:
        ages = sorted((os.stat(name, dir_fd=place, follow_symlinks=False).st_mtime, name) for name in names)
        for _, name in ages[: len(ages) // 2]:
            os.unlink(name, dir_fd=place)
