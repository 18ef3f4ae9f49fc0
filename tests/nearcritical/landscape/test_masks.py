"""The figures: what `scipy.ndimage.label` says of them, whole and cut."""

import numpy as np
import pytest
from scipy.ndimage import label

from analytics.errors import ParameterError, UnknownNameError
from nearcritical.landscape.masks import CELLS, FIGURES, Figure, figure, maze

DRAWN = [*map(figure, FIGURES), *map(maze, range(1, 7))]


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda drawn: drawn.name)
@pytest.mark.parametrize("sites", [40, 96, 256])
def test_a_figure_is_one_piece_and_two_when_cut(drawn: Figure, sites: int) -> None:
    start, end = drawn.place(drawn.start, sites), drawn.place(drawn.end, sites)
    whole, cut = drawn.drawn(sites), drawn.drawn(sites, whole=False)
    assert whole[start] and whole[end] and cut[start] and cut[end]
    pieces, count = label(whole)
    assert count == 1 and pieces[start] == pieces[end]
    pieces, count = label(cut)
    assert count == 2 and pieces[start] != pieces[end]
    assert (cut <= whole).all()
    assert not (whole[0].any() or whole[-1].any() or whole[:, 0].any() or whole[:, -1].any())


def test_mazes_are_drawn_from_their_seeds() -> None:
    assert maze(3) == maze(3)
    assert len({maze(seed).edges for seed in range(6)}) == 6
    assert len(maze(3).edges) == CELLS**2 - 1


def test_a_figure_needs_room_and_a_name() -> None:
    with pytest.raises(ParameterError, match="at least 40 sites along an axis are needed; got 39"):
        figure("U").drawn(39)
    with pytest.raises(UnknownNameError, match="unknown figure"):
        figure("V")


def test_a_cut_is_as_thick_as_a_wall() -> None:
    drawn = figure("spiral")
    gone = drawn.drawn(96) & ~drawn.drawn(96, whole=False)
    rows, columns = np.nonzero(gone)
    assert sorted((np.ptp(rows) + 1, np.ptp(columns) + 1)) == [6, 13]
