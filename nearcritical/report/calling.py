"""Functions of an exported Python program, called: run as a script, in an interpreter that sees nothing else.

Arguments: the path of the program, and where NumPy is if its functions are of arrays, all points of one then at once.
Input: [[name, arguments], ...] as JSON. Output: for each call a line of JSON, the real and imaginary parts of what it
returns.
"""

import json
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Functions = Mapping[str, Callable[..., Any]]
Calls = Sequence[tuple[str, Sequence[float]]]
Found = tuple[complex, ...]


def main() -> None:
    path, *libraries = sys.argv[1:]
    sys.path += libraries
    functions, calls = runpy.run_path(path), json.load(sys.stdin)
    for found in (at_once if libraries else one_by_one)(functions, calls):
        sys.stdout.write(json.dumps([[complex(one).real, complex(one).imag] for one in found]) + "\n")


def one_by_one(functions: Functions, calls: Calls) -> Iterator[Found]:
    """What each call returns, several values or one in a tuple."""
    for name, given in calls:
        found = functions[name](*given)
        yield found if isinstance(found, tuple) else (found,)


def at_once(functions: Functions, calls: Calls) -> Sequence[Found]:
    """What the calls return, those of one function as arrays."""
    found: list[Found] = [()] * len(calls)
    for name in {name for name, _ in calls}:
        places = [place for place, (called, _) in enumerate(calls) if called == name]
        columns = [list(column) for column in zip(*(calls[place][1] for place in places))]
        values = functions[name](*columns)
        values = values.reshape(-1, len(places)) if columns else values.reshape(-1, 1).repeat(len(places), 1)
        for index, place in enumerate(places):
            found[place] = tuple(values[:, index].tolist())
    return found


if __name__ == "__main__":
    main()
