"""Things in files: `save` and `load_saved`, every digit kept.

A file is JSON; one with arrays of doubles is a ZIP archive of that JSON and of NumPy's ``.npy``, uncompressed. Nothing
in a file is unpickled or evaluated.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from analytics.errors import NearCriticalError, SavedError
from analytics.export.network_record import network_from_record, network_record
from analytics.law.law import Law
from derivations.theory import Theory
from nearcritical.saved.plain import Shared, made, plain
from nearcritical.saved.whole_theory import WholeTheory, whole
from nearcritical.system.files import read_bytes, write_file
from numerics.engines.protocol import Array
from numerics.lattice.simulation import Trajectory
from numerics.observables.measure import Measurement
from numerics.steady_states.steady_state import SteadyState
from numerics.verification.verdict import Verdict

FORMAT = 1
"""Of the files. One of another format is refused."""

LARGEST = 4 * 10**9
"""Bytes of a file."""

RECORD = "record.json"
"""The JSON within an archive."""

Saved = Law | Theory | Verdict | SteadyState | Trajectory | Measurement

KINDS: dict[str, type] = {
    "law": Law,
    "theory": WholeTheory,
    "verdict": Verdict,
    "steady state": SteadyState,
    "trajectory": Trajectory,
    "measurement": Measurement,
}
"""What a file can hold, by the word for it there."""


def save(thing: Saved, path: str | Path) -> None:
    """Write a law, theory, verdict, steady state, trajectory or measurement to a file, whole or not at all.

    The file stands alone: it holds the network, and of a law the derivation. `load_saved` gives an equal thing, every
    number with all its bits. Of a theory every law is derived first.
    Raises SavedError for anything else, ModelError for a place that cannot be written to.
    """
    record = whole(thing) if isinstance(thing, Theory) else thing
    name = next((name for name, kind in KINDS.items() if type(record) is kind), None)
    if name is None:
        raise SavedError("saving", f"a {', '.join(KINDS)} is needed", repr(thing), "Save its parts.")
    shared = Shared()
    content = plain(record, KINDS[name], shared)
    networks = [network_record(network) for network in shared.networks]
    document = {
        "nearcritical": name,
        "format": FORMAT,
        "version": version("nearcritical"),
        "says": str(thing),
        "digest": _digest(networks, content),
        "networks": networks,
        "content": content,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    write_file(Path(path), _archive(text, shared.arrays) if shared.arrays else text)


def load_saved(path: str | Path) -> Saved:
    """What `save` has written to a file.

    Raises SavedError, one line, for a file that cannot be read, is damaged, or was not written by `save`.
    """
    operation = f"loading {path}"
    try:
        content = read_bytes(path, LARGEST)
    except (OSError, ValueError, TypeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise SavedError(operation, "a readable file is needed", reason, "Check the path.") from error
    try:
        found = _loaded(content)
    except NearCriticalError as error:
        raise SavedError(operation, "a file as `save` writes it is needed", error, "Save it anew.") from error
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError, BadZipFile, EOFError) as flaw:
        received = f"{type(flaw).__name__} {flaw}"
        raise SavedError(
            operation, "a file as `save` writes it is needed", received, "Save it anew."
        ) from None
    return found.theory if isinstance(found, WholeTheory) else cast(Saved, found)


def _digest(networks: Any, content: Any) -> str:
    """A check sum, by which damage is seen. It is no proof of who wrote the file."""
    text = json.dumps([networks, content], separators=(",", ":"), sort_keys=True)
    return sha256(text.encode()).hexdigest()


def _archive(text: str, arrays: list[Array]) -> bytes:
    """The JSON and the arrays in one file."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        archive.writestr(RECORD, text)
        for place, values in enumerate(arrays):
            with archive.open(f"{place}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.ascontiguousarray(values), allow_pickle=False)
    return file.getvalue()


def _loaded(content: bytes) -> Any:
    text, arrays = _parts(content)
    document = json.loads(text)
    if not isinstance(document, dict) or "nearcritical" not in document:
        raise SavedError("reading a file", "what `save` writes is needed", "another file", "Check the path.")
    if document["format"] != FORMAT:
        need = f"the format {FORMAT} of this version of the toolkit is needed"
        raise SavedError(
            "reading a file", need, f"{document['format']} of {document['version']}", "Save it anew."
        )
    networks, data, kind = document["networks"], document["content"], KINDS[document["nearcritical"]]
    if _digest(networks, data) != document["digest"]:
        raise SavedError("reading a file", "its check sum must fit", "a changed file", "Save it anew.")
    return made(data, kind, Shared([network_from_record(each) for each in networks], arrays))


def _parts(content: bytes) -> tuple[bytes, list[Array]]:
    """The JSON of a file, and its arrays."""
    if not content.startswith(b"PK"):
        return content, []
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        if any(entry.compress_type != ZIP_STORED for entry in entries):
            raise SavedError(
                "reading an archive", "it must not be compressed", "another one", "Save it anew."
            )
        arrays = []
        for place in range(len(entries) - 1):
            with archive.open(f"{place}.npy") as entry:
                arrays.append(np.lib.format.read_array(entry, allow_pickle=False))
                if entry.read():  # at the end of an entry its check sum is compared
                    raise SavedError("reading an array", "it must end the entry", "more", "Save it anew.")
        return archive.read(RECORD), arrays
