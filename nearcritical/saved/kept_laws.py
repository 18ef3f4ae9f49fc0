"""Laws that were derived before, in the cache of this user: ``nearcritical laws`` derives nothing the second time.

A law is found by what it was derived from: the network, its name, the terms asked for, and the source of the toolkit.
It is read as `load_saved` reads, whatever the file says of itself. Such a reader builds no wrong thing out of damage,
but a well-formed file could still state a wrong law. So files count only that nobody but this user can have written,
and what judges or documents laws, `derive`, `verify` and `report`, derives them anew.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

import sympy as sp

from analytics.errors import NearCriticalError
from analytics.export.network_record import network_record
from analytics.law.law import Law
from analytics.network.network import Network
from nearcritical.rooms import HOME
from nearcritical.saved.plain import Shared, made, plain
from nearcritical.system.own_directory import OwnDirectory, cache_home

SOURCES = ("analytics", "derivations", "nearcritical/saved")
"""Where the code stands that a kept law depends on."""

LARGEST = 10**8
"""Bytes of a file."""

NAMES = "names of the laws"
"""What the list of a theory's laws goes by; no law has such a name."""

UNREADABLE = (NearCriticalError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


class KeptLaws(MutableMapping[str, Law]):
    """Name -> law of one theory: those on disk, and those that are put in, which are then on disk as well."""

    def __init__(self, network: Network, terms: int | None, directory: OwnDirectory) -> None:
        self._network, self._directory = network, directory
        self._known: dict[str, Law] = {}
        self._origin = {
            "network": network_record(network),
            "terms": terms,
            "source": source_digest(),
            "versions": [version("nearcritical"), sp.__version__, platform.python_version()],
        }

    def __getitem__(self, name: str) -> Law:
        if name not in self._known:
            with suppress(*UNREADABLE):
                law = made(self._read(name), Law, Shared([self._network]))
                if law.name == name:
                    self._known[name] = law
        return self._known[name]

    def __setitem__(self, name: str, law: Law) -> None:
        self._known[name] = law
        shared = Shared([self._network])
        with suppress(NearCriticalError):  # an expression of a kind that is not written
            data = plain(law, Law, shared)
            if len(shared.networks) == 1:
                self._write(name, data)

    def __delitem__(self, name: str) -> None:
        raise TypeError("a law that is kept stays")

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of all laws of the theory; None where they are not kept."""
        with suppress(*UNREADABLE):
            names: tuple[str, ...] = made(self._read(NAMES), tuple[str, ...], Shared())
            return names
        return None

    def keep_names(self, names: Sequence[str]) -> None:
        self._write(NAMES, list(names))

    def _read(self, name: str) -> Any:
        """The data of a file. Raises ValueError, or LookupError, where there are none for this very origin."""
        content = self._directory.read(self._file(name), LARGEST)
        if content is None:
            raise LookupError(name)
        digest, _, text = content.partition(b"\n")
        if sha256(text).hexdigest().encode() != digest:
            raise ValueError("a damaged file")
        record = json.loads(text)
        if record["origin"] != self._origin or record["name"] != name:
            raise ValueError("a file of another origin")
        return record["data"]

    def _write(self, name: str, data: Any) -> None:
        record = {"name": name, "origin": self._origin, "data": data}
        text = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
        self._directory.write(self._file(name), sha256(text).hexdigest().encode() + b"\n" + text)

    def _file(self, name: str) -> str:
        return sha256(json.dumps([name, self._origin], sort_keys=True).encode()).hexdigest()


def kept_laws(network: Network, terms: int | None) -> KeptLaws | None:
    """The laws of a network that this user has derived before; None where nothing can be kept."""
    home = cache_home()
    if home is None or not source_digest():
        return None
    return KeptLaws(network, terms, OwnDirectory(home / "nearcritical"))


@lru_cache(maxsize=1)
def source_digest() -> str:
    """A digest of the source that a law depends on; "" where that is not in files."""
    found = sorted(path for folder in SOURCES for path in (HOME / folder).rglob("*.py"))
    digest = sha256()
    for path in found:
        digest.update(f"{path.relative_to(HOME)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest() if found else ""
