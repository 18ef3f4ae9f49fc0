"""Work on pieces of an array, in turn or by several threads."""

from __future__ import annotations

import os
from collections.abc import Callable

PARALLEL_SITES = 1 << 17
"""From this many sites on every core takes part; for fewer, to start the threads takes longer than they save."""

PIECE = 1 << 15
"""Sites of a piece: a few arrays of so many doubles are in the cache together."""


def threads_for(sites: int, most: int | None = None) -> int:
    """How many threads take part on a lattice of so many sites, `most` of them or as many as there are cores."""
    return (most or os.cpu_count() or 1) if sites >= PARALLEL_SITES else 1


def in_pieces(work: Callable[[slice], None], length: int, step: int, threads: int) -> None:
    """`work` of the slices of `step` indices, the last one shorter, that make up 0, ..., length - 1."""
    pieces = [slice(start, min(start + step, length)) for start in range(0, length, step)]
    if threads == 1 or len(pieces) == 1:
        for piece in pieces:
            work(piece)
        return
    from concurrent.futures import ThreadPoolExecutor  # felt at the start

    rest = iter(
        pieces
    )  # which the threads share: to hand over each piece by itself takes longer than some pieces

    def several() -> None:
        for piece in rest:
            work(piece)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(several) for _ in range(threads)]:
            done.result()
