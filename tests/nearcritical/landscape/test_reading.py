"""Landscapes from files: images, arrays and formulas, and what is refused in one line."""

from pathlib import Path
from struct import pack
from zlib import compress, crc32

import numpy as np
import pytest
import sympy as sp
from PIL import Image

from analytics.errors import NearCriticalError
from nearcritical.landscape.reading import landscape_of_text, read_landscape

EXAMPLE = Path(__file__).parent.parent.parent.parent / "examples" / "landscape.toml"


def test_grey_levels_are_strengths(tmp_path: Path) -> None:
    levels = np.array([[0, 51, 255], [102, 204, 153]], dtype=np.uint8)
    Image.fromarray(levels).save(tmp_path / "grey.png")
    assert np.abs(read_landscape(tmp_path / "grey.png", strength="1/2").doubles - levels / 510).max() < 1e-15
    deep = (levels.astype(np.uint16) * 257).astype(np.uint16)
    Image.fromarray(deep).save(tmp_path / "deep.png")
    assert np.abs(read_landscape(tmp_path / "deep.png").doubles - levels / 255).max() < 1e-15
    Image.fromarray(np.stack([levels] * 3, axis=-1)).save(tmp_path / "colour.png")
    assert np.abs(read_landscape(tmp_path / "colour.png").doubles - levels / 255).max() < 1e-15
    Image.fromarray(levels > 100).save(tmp_path / "bits.png")
    assert read_landscape(tmp_path / "bits.png").doubles.tolist() == (levels > 100).astype(float).tolist()


def of_few_bits(depth: int, levels: list[list[int]], hidden: int) -> bytes:
    """A grey PNG of so many bits a level, in which one level is transparent."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", crc32(name + data))

    rows = b""
    for row in levels:
        bits = "".join(f"{level:0{depth}b}" for level in row)
        bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
        rows += b"\0" + bytes(int(bits[start : start + 8], 2) for start in range(0, len(bits), 8))
    head = pack(">IIBBBBB", len(levels[0]), len(levels), depth, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"tRNS", pack(">H", hidden)), (b"IDAT", compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_what_is_transparent_lies_on_black(tmp_path: Path) -> None:
    """Pixels of hidden colours, by an alpha channel, in a palette, or as a grey level that is transparent."""
    random = np.random.default_rng(4)
    colours = random.integers(0, 256, (6, 7, 4), dtype=np.uint8)
    colours[..., 1] = colours[..., 2] = colours[..., 0]
    shown = colours[..., 0] / 255 * (colours[..., 3] / 255)
    for mode, pixels in (("RGBA", colours), ("LA", colours[..., [0, 3]])):
        Image.fromarray(np.ascontiguousarray(pixels)).save(tmp_path / "alpha.png")
        with Image.open(tmp_path / "alpha.png") as image:
            assert image.mode == mode
        assert np.abs(read_landscape(tmp_path / "alpha.png").doubles - shown).max() < 1.01 / 255
    levels = random.integers(0, 3, (6, 7)).astype(np.uint8)
    for step, white, kind in (
        (100, 255, np.uint8),
        (30000, 65535, np.uint16),
    ):  # the middle level is transparent
        Image.fromarray(levels.astype(kind) * kind(step)).save(tmp_path / "grey.png", transparency=step)
        found = read_landscape(tmp_path / "grey.png").doubles
        assert found.tolist() == (np.array([0, 0, 2])[levels] * step / white).tolist()
    for depth in (1, 2, 4, 8):
        (tmp_path / "few.png").write_bytes(of_few_bits(depth, [[0, 1], [2**depth - 1, 0]], hidden=1))
        lit = 0.0 if depth == 1 else 1.0
        assert read_landscape(tmp_path / "few.png").doubles.tolist() == [[0, 0], [lit, 0]]
    palette = Image.fromarray(levels).convert("P")
    palette.putpalette([9, 9, 9, 200, 200, 200, 255, 255, 255])
    palette.save(tmp_path / "palette.png", transparency=1)
    found = read_landscape(tmp_path / "palette.png").doubles
    assert np.abs(found - np.array([9, 0, 255])[levels] / 255).max() < 1e-12


def test_an_array_is_read_as_it_is(tmp_path: Path) -> None:
    np.save(tmp_path / "ring.npy", np.linspace(0, 1, 7))
    assert read_landscape(tmp_path / "ring.npy", strength=2).doubles.tolist() == np.linspace(0, 2, 7).tolist()


def test_a_formula_has_sites_and_lengths(tmp_path: Path) -> None:
    found = landscape_of_text("where(x1 < N1/2, x2/N2, 0)", (4, 8))
    assert found.tolist() == [[x2 / 8 for x2 in range(8)]] * 2 + [[0] * 8] * 2
    exact = landscape_of_text("x1/3", (4,), exact=True)
    assert exact.tolist() == [0, sp.Rational(1, 3), sp.Rational(2, 3), 1]
    path = tmp_path / "turning.toml"
    path.write_text('[landscape]\nstrength = "1/4"\nshape = [8]\nwavevector = ["pi/4"]\nfrequency = 0.1\n')
    turning = read_landscape(path)
    assert turning.wavevector == (sp.pi / 4,) and turning.frequency == sp.Rational(1, 10)
    assert read_landscape(EXAMPLE).shape == (96, 96)


REFUSED = {
    "no.gif": (b"GIF89a", "a landscape is a PNG, .npy or .toml file"),
    "no.png": (b"no image", "an image in PNG is needed"),
    "cut.png": (b"\x89PNG\r\n\x1a\n\0\0", "an image in PNG is needed"),
    "no.npy": (b"no array", "an array of numbers written by numpy.save is needed"),
    "none.toml": (b"", "one table, .landscape., is needed"),
    "key.toml": (b"[landscape]\nstrenth = 1", "unknown key"),
    "shape.toml": (b'[landscape]\nstrength = "1"\nshape = [0]', "whole numbers of 1 or more"),
    "large.toml": (b'[landscape]\nstrength = "1"\nshape = [9999, 9999]', "from 1 to 4194304 sites"),
    "solid.toml": (b'[landscape]\nstrength = "1"\nshape = [9, 9, 9]', "one axis or two"),
    "call.toml": (b'[landscape]\nstrength = "__import__(1)"\nshape = [9]', "unknown name"),
    "below.toml": (b'[landscape]\nstrength = "x1 - 3"\nshape = [9]', "strengths are 0 or above; got -3"),
    "pole.toml": (b'[landscape]\nstrength = "1/x1"\nshape = [9]', "finite numbers are needed"),
    "wave.toml": (
        b'[landscape]\nstrength = "1"\nshape = [9]\nwavevector = [1, 2]',
        "a wavevector has 1 comp",
    ),
    "broken.toml": (b"[landscape", "a TOML file is needed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_landscape_is_refused(name: str, tmp_path: Path) -> None:
    content, message = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NearCriticalError, match=message) as refusal:
        read_landscape(tmp_path / name)
    assert str(tmp_path / name) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_objects_are_not_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{1: 2}], dtype=object))
    with pytest.raises(NearCriticalError, match=r"written by numpy.save"):
        read_landscape(tmp_path / "objects.npy")
    np.save(tmp_path / "complex.npy", np.array([1j]))
    with pytest.raises(NearCriticalError, match="an array of real numbers is needed; got complex128"):
        read_landscape(tmp_path / "complex.npy")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NearCriticalError, match="a readable file is needed; got No such file"):
        read_landscape(tmp_path / "none.png")
