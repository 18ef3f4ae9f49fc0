"""Corridors between walls: figures of which an eye cannot tell at once whether they are connected.

A figure is a tree on K x K cells: two cells of an edge are joined by a corridor. Without one of its edges it falls into
two parts. Drawn on N x N sites a corridor is as wide as the pitch N/K without the wall.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analytics.errors import ParameterError, unknown_name

Mask = NDArray[np.bool_]
Cell = tuple[int, int]
Edge = tuple[Cell, Cell]

CELLS = 5
"""Cells along an axis of a figure."""

WALL = 6
"""Pitches are divided into so many parts by 2 of which a wall is thick, 3 sites at least."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A tree of cells: its edges, the cell where it begins, and the one where it ends.

    cut: the edge whose removal parts the two.
    """

    name: str
    edges: tuple[Edge, ...]
    start: Cell
    end: Cell
    cut: Edge

    def drawn(self, sites: int, *, whole: bool = True) -> Mask:
        """True on corridors, on a square of so many sites along an axis; whole: with the edge `cut`.

        Raises ParameterError for fewer sites than show the corridors.
        """
        pitch = sites // CELLS
        if pitch < 8:
            raise ParameterError(
                f"drawing the figure {self.name}",
                f"at least {8 * CELLS} sites along an axis are needed",
                sites,
                "Draw it larger.",
            )
        mask = np.zeros((sites, sites), dtype=np.bool_)
        for edge in self.edges:
            if whole or edge != self.cut:
                first, last = min(edge), max(edge)
                mask[self._span(first, last, 0, sites), self._span(first, last, 1, sites)] = True
        return mask

    def _span(self, first: Cell, last: Cell, axis: int, sites: int) -> slice:
        pitch = sites // CELLS
        wall = max(3, 2 * pitch // WALL)
        margin = (sites - CELLS * pitch + wall) // 2
        return slice(margin + first[axis] * pitch, margin + (last[axis] + 1) * pitch - wall)

    def place(self, cell: Cell, sites: int) -> Cell:
        """The site in the middle of a cell."""
        spans = (self._span(cell, cell, axis, sites) for axis in (0, 1))
        first, second = ((span.start + span.stop) // 2 for span in spans)
        return first, second


def maze(seed: int) -> Figure:
    """A maze drawn at random: a spanning tree of all cells by a walk that turns back where it must.

    It begins in a corner and ends at the cell that is furthest from there.
    """
    random = np.random.default_rng(seed)
    path, seen, edges = [(0, 0)], {(0, 0)}, []
    while path:
        free = [cell for cell in _neighbours(path[-1]) if cell not in seen]
        if not free:
            path.pop()
            continue
        chosen = free[int(random.integers(len(free)))]
        edges.append((path[-1], chosen))
        seen.add(chosen)
        path.append(chosen)
    return _figure(f"maze {seed}", edges, (0, 0))


def _spiral() -> Figure:
    """One corridor that winds inwards through all cells."""
    cells = [(0, 0)]
    along, turn = (0, 1), {(0, 1): (1, 0), (1, 0): (0, -1), (0, -1): (-1, 0), (-1, 0): (0, 1)}
    while len(cells) < CELLS**2:
        ahead = (cells[-1][0] + along[0], cells[-1][1] + along[1])
        if ahead in cells or ahead not in _neighbours(cells[-1]):
            along = turn[along]
        else:
            cells.append(ahead)
    return _figure("spiral", list(pairwise(cells)), (0, 0))


def _u() -> Figure:
    """Two corridors side by side, joined at one end."""
    last = CELLS - 1
    cells = [(row, 1) for row in range(last)] + [(last, column) for column in range(1, last)]
    cells += [(row, last - 1) for row in range(last - 1, -1, -1)]
    return _figure("U", list(pairwise(cells)), (0, 1))


def _islands() -> Figure:
    """Two areas with a bridge between them."""
    half, middle = CELLS // 2, CELLS // 2
    edges = [
        (cell, other)
        for cell in np.ndindex(CELLS, CELLS)
        for other in _neighbours(cell)
        if cell < other and (cell[1] < half) == (other[1] < half)
    ]
    bridge = ((middle, half - 1), (middle, half))
    return Figure("islands", (*edges, bridge), (0, 0), (CELLS - 1, CELLS - 1), bridge)


def _neighbours(cell: Cell) -> list[Cell]:
    row, column = cell
    around = ((row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1))
    return [(i, j) for i, j in around if 0 <= i < CELLS and 0 <= j < CELLS]


def _figure(name: str, edges: list[Edge], start: Cell) -> Figure:
    """A tree that is cut in the middle of the way from its beginning to the cell furthest from there."""
    way = {start: [start]}
    waiting = deque([start])
    while waiting:
        cell = waiting.popleft()
        for edge in edges:
            if cell in edge:
                other = edge[0] if edge[1] == cell else edge[1]
                if other not in way:
                    way[other] = [*way[cell], other]
                    waiting.append(other)
    longest = max(way.values(), key=len)
    middle = len(longest) // 2
    pair = set(longest[middle - 1 : middle + 1])
    cut = next(edge for edge in edges if set(edge) == pair)
    return Figure(name, tuple(edges), start, longest[-1], cut)


FIGURES: dict[str, Callable[[], Figure]] = {
    "spiral": _spiral,
    "U": _u,
    "maze": lambda: maze(0),
    "islands": _islands,
}


def figure(name: str) -> Figure:
    """The figure of that name: spiral, U, maze or islands. Raises UnknownNameError."""
    if name not in FIGURES:
        raise unknown_name("choosing a figure", "figure", name, FIGURES)
    return FIGURES[name]()
