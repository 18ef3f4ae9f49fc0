"""What a journey leaves as files."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np

from nearcritical.landscape.journey import Journey
from nearcritical.landscape.maps import Maps
from nearcritical.landscape.picture import film, maps_picture, picture


def journey_files(found: Journey, maps: Maps | None = None) -> dict[str, str | bytes]:
    """Name -> content: pictures, the fields as arrays, and of a torus the film where there are frames."""
    files: dict[str, str | bytes] = {
        "landscape.png": picture(found),
        "fields.npz": _fields(found, maps),
    }
    if maps is not None:
        files["maps.png"] = maps_picture(found, maps)
    has_frames = found.arrival is not None and found.arrival.kept
    if has_frames and len(found.landscape.shape) == 2:
        files["wave.gif"] = film(found)
    return files


def _fields(found: Journey, maps: Maps | None) -> bytes:
    """I0, Z, a and b of the wave, what is reached, the times of arrival, and the maps."""
    arrays: dict[str, Any] = {
        "I0": found.landscape.doubles,
        "Z": found.at.state,
        "a": found.field.direct,
        "b": found.field.conjugate,
        "reached": found.reach.reached,
    }
    if found.arrival is not None:
        arrays["arrival"] = found.arrival.times
    if maps is not None:
        arrays |= {name: pair.law for name, pair in maps.beside.items()}
        arrays |= {
            f"simulated_{name}": pair.simulated for name, pair in maps.beside.items() if "gain" in name
        }
        arrays["decay_rate"] = maps.decay_rate
        if maps.propagation_length is not None:
            arrays["propagation_length"] = maps.propagation_length
    written = BytesIO()
    np.savez_compressed(written, **arrays)
    return written.getvalue()
