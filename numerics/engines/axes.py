"""A transform applied along every axis of a lattice that is stored as one flat list in row-major order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from math import prod
from typing import TypeVar

Value = TypeVar("Value")


def along_axes(
    transform: Callable[[list[Value]], list[Value]], values: Sequence[Value], shape: Sequence[int]
) -> list[Value]:
    """`values` with `transform` applied to each line of sites, axis after axis."""
    result = list(values)
    if len(shape) == 1:
        return transform(result)
    for axis, length in enumerate(shape):
        stride = prod(shape[axis + 1 :])
        for block in range(0, len(result), length * stride):
            for start in range(block, block + stride):
                line = slice(start, start + length * stride, stride)
                result[line] = transform(result[line])
    return result


def flat_index(offset: Sequence[int], shape: Sequence[int]) -> int:
    """Where the site at `offset` from the origin stands in the flat list, the lattice being periodic."""
    index = 0
    for step, length in zip(offset, shape):
        index = index * length + step % length
    return index


def sites(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All sites in row-major order."""
    return product(*(range(length) for length in shape))


def signed_indices(length: int) -> list[int]:
    """m of the wavenumbers 2 pi m / N in the order of a transform: 0, 1, ..., then the negative ones; N/2 if even."""
    return [index if 2 * index <= length else index - length for index in range(length)]
