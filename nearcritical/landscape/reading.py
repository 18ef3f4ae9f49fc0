"""Landscapes from files: an image, an array, or a formula in a TOML file.

The first axis, x1, counts the rows of an image from the top, the second, x2, its columns from the left.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from analytics.arrays.functions import numpy_function
from analytics.errors import ModelError, NearCriticalError, unknown_name
from analytics.expressions import grammar
from analytics.expressions.parameter import exact_number
from nearcritical.system.files import read_bytes
from numerics.landscapes.landscape import Landscape

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_SITES = 1 << 22
LONGEST_IMAGE = 1 << 28
LONGEST_FORMULA = 100_000
DEPTH = 24
"""Place of the byte of a PNG that has the bits of a level."""

FORMS = (".png", ".npy", ".toml")
KEYS = ("strength", "shape", "wavevector", "frequency")

WHITE: dict[str, float] = {"1": 1, "L": 255, "I;16": 65535, "I": 65535}
"""Modes of a grey image -> the level that is white."""


def read_landscape(path: str | Path, *, strength: object = 1) -> Landscape:
    """The landscape in a file.

    PNG: black is I_0 = 0 and white `strength`, exact; colours are turned grey, and lie on black where they are
    transparent. .npy: I_0 is the array times `strength`. TOML: `examples/landscape.toml` shows every key, and
    `strength` multiplies the formula. Raises ModelError in one line: file, requirement, value, remedy.
    """
    origin = str(path) or "''"
    form = Path(path).suffix.lower()
    if form not in FORMS:
        raise ModelError(
            origin,
            "a landscape is a PNG, .npy or .toml file",
            form or "no ending",
            "Convert it to one of them.",
        )
    factor = exact_number(strength, "strength of a landscape")
    if not factor.is_extended_real:
        raise ModelError("strength of a landscape", "a real number is needed", factor, "Leave i out.")
    scale = float(factor)
    content = _content(path, origin, LONGEST_FORMULA if form == ".toml" else LONGEST_IMAGE)
    try:
        if form == ".toml":
            return _of_formula(content, origin, scale)
        values = _of_image(content, origin) if form == ".png" else _of_array(content, origin)
        _require_size(origin, values.shape)
        return Landscape(scale * values)
    except NearCriticalError as error:
        if error.operation.startswith(origin):
            raise
        place = f"{origin}: {error.operation}"
        raise ModelError(place, error.requirement, error.received, error.remedy) from error


def landscape_of_text(text: str, shape: Sequence[int], *, exact: bool = False) -> np.ndarray[Any, Any]:
    """I_0 at all sites by an expression in x1, x2, ..., and in N1, N2, ..., the sites along each axis.

    exact: numbers of SymPy, for a steady state of many digits; else doubles. Raises GrammarError for other text.
    """
    places = sp.symbols([f"x{axis + 1}" for axis in range(len(shape))], real=True)
    lengths = {f"N{axis + 1}": sp.Integer(length) for axis, length in enumerate(shape)}
    formula = grammar.parse(text, symbols={**{str(x): x for x in places}, **lengths})
    if exact:
        values = [
            formula.subs(dict(zip(places, map(sp.Integer, site), strict=True))) for site in np.ndindex(*shape)
        ]
        return np.array(values, dtype=object).reshape(tuple(shape))
    grids = np.meshgrid(*(np.arange(length) for length in shape), indexing="ij")
    found: np.ndarray[Any, Any] = np.broadcast_to(
        numpy_function(places, formula)(*grids), tuple(shape)
    ).copy()
    return found


def _content(path: str | Path, origin: str, most: int) -> bytes:
    try:
        content = read_bytes(path, most + 1)
    except (OSError, ValueError, TypeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise ModelError(origin, "a readable file is needed", reason, "Check the path.") from error
    if len(content) > most:
        raise ModelError(origin, f"at most {most} bytes are read", "more", "Use a smaller landscape.")
    return content


def _of_image(content: bytes, origin: str) -> np.ndarray[Any, Any]:
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=("PNG",)) as image:
            _require_size(origin, image.size)
            return _levels(image, content[DEPTH])
    except NearCriticalError:
        raise
    except Exception as error:  # what a reader of images raises is of many kinds
        raise ModelError(
            origin, "an image in PNG is needed", type(error).__name__, "Save it as PNG with another program."
        ) from error


def _levels(image: Image, depth: int) -> np.ndarray[Any, Any]:
    """Grey levels from 0 to 1, on black where a pixel is transparent; depth: bits of a level in the file."""
    from PIL import Image

    hidden = image.info.get("transparency")
    if image.mode not in WHITE:
        if hidden is not None or "A" in image.mode:
            below = Image.new("RGBA", image.size, (0, 0, 0, 255))
            image = Image.alpha_composite(below, image.convert("RGBA"))
        image, hidden = image.convert("L"), None
    levels = np.asarray(image, dtype=np.float64) / WHITE[image.mode]
    if hidden is None:
        return levels
    # the reader leaves it as it is in the file, though the levels fill a byte; of one bit it makes 0 or 255
    transparent = min(hidden, 1) if depth == 1 else hidden / (2**depth - 1)
    return np.where(levels == transparent, 0.0, levels)


def _of_array(content: bytes, origin: str) -> np.ndarray[Any, Any]:
    try:
        values = np.load(BytesIO(content), allow_pickle=False)
    except (ValueError, OSError, EOFError, SyntaxError, MemoryError) as error:
        raise ModelError(
            origin,
            "an array of numbers written by numpy.save is needed",
            type(error).__name__,
            "Save it anew.",
        ) from error
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
        raise ModelError(
            origin,
            "an array of real numbers is needed",
            getattr(values, "dtype", "several arrays"),
            "Save I_0 alone.",
        )
    return np.asarray(values, dtype=np.float64)


def _of_formula(content: bytes, origin: str, scale: float) -> Landscape:
    try:
        document = tomllib.loads(content.decode(), parse_float=str)
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, ValueError) else "nested too deeply"
        raise ModelError(
            origin, "a TOML file is needed", reason, "Compare examples/landscape.toml."
        ) from error
    table = _table(document, origin)
    shape = table.get("shape")
    if (
        not isinstance(shape, list)
        or not all(type(length) is int and length > 0 for length in shape)
        or not shape
    ):
        raise ModelError(
            f"{origin}: shape",
            "whole numbers of 1 or more are needed",
            repr(shape),
            "Write shape = [96, 96].",
        )
    _require_size(origin, shape)
    text = table.get("strength")
    if not isinstance(text, str | int):
        raise ModelError(
            f"{origin}: strength",
            "an expression in x1, x2 is needed",
            repr(text),
            'Write strength = "x1/N1".',
        )
    wavevector = table.get("wavevector", [])
    if not isinstance(wavevector, list):
        raise ModelError(
            f"{origin}: wavevector", "a list is needed", repr(wavevector), 'Write wavevector = ["0", "pi/4"].'
        )
    values = scale * landscape_of_text(str(text), shape)
    return Landscape(values, tuple(wavevector), table.get("frequency", 0))


def _table(document: Mapping[str, Any], origin: str) -> Mapping[str, Any]:
    table = document.get("landscape")
    if not isinstance(table, dict) or len(document) != 1:
        raise ModelError(
            origin,
            "one table, [landscape], is needed",
            ", ".join(document) or "none",
            "Compare examples/landscape.toml.",
        )
    for key in table:
        if key not in KEYS:
            raise unknown_name(f"{origin}: [landscape]", "key", key, KEYS)
    return table


def _require_size(origin: str, shape: Sequence[int]) -> None:
    if not 1 <= len(shape) <= 2:
        raise ModelError(origin, "a landscape has one axis or two", len(shape), "Give rows and columns.")
    if not 0 < np.prod(shape, dtype=float) <= MOST_SITES:
        raise ModelError(
            origin, f"from 1 to {MOST_SITES} sites are read", " x ".join(map(str, shape)), "Draw it smaller."
        )
