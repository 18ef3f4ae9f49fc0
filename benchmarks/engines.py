"""Every observable by flint and by mpmath, at 30, 100 and 1000 digits: do they agree to those digits?

    python benchmarks/engines.py [--patience SECONDS] [--model FILE]...

Each observable at the cheapest of its own settings, on the default network and on algebraic/advection, whose states
may be real, and on the networks of the model files, of which those under examples/ unless given. What takes longer
than the patience is stopped, and the row says to how many digits it got. Ends with exit code 1 on a disagreement.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from heading import heading

from analytics.errors import NearCriticalError
from nearcritical import Network, load, network
from numerics.observables.discovery import observables
from numerics.trials.engine_agreement import cheapest_setting, engines_agree

DIGITS = (30, 100, 1000)
EXAMPLES = Path(__file__).parent.parent / "examples"


def within(patience: float, job: Callable[..., Any], *given: Any) -> Any:
    """What `job` returns in a process of its own, an error it raises as text, or None when the time is over."""
    here, there = Pipe(duplex=False)
    process = Process(target=_told, args=(there, job, given))
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(patience) else None
    finally:
        process.terminate()
        process.join()


def _told(there: Connection, job: Callable[..., Any], given: tuple[Any, ...]) -> None:
    try:
        there.send(job(*given))
    except NearCriticalError as error:
        there.send(str(error))


def compared(name: str, studied: Network, setting: Any, digits: int) -> tuple[float, bool, str]:
    """Digits agreed, whether these are all, the lattice."""
    found = engines_agree(name, studied, setting, digits)
    return found.digits, found.right, " x ".join(map(str, found.ball.sites))


def row(name: str, studied: Network, patience: float) -> tuple[str | None, bool]:
    """A row of the table, None for an observable that the network does not have, and whether all agree."""
    setting = within(4 * patience, cheapest_setting, name, studied)
    if setting is None or isinstance(setting, str):
        return None, True
    place = ", ".join(f"{symbol} = {value}" for symbol, value in setting.items())
    cells, sites, right = [], "", True
    for digits in DIGITS:
        start = time.perf_counter()
        found = within(patience, compared, name, studied, setting, digits)
        seconds = time.perf_counter() - start
        if found is None:
            cells.append(f"stopped after {patience:.0f} s")
        elif isinstance(found, str):
            cells.append(found)
            right = False
        else:
            agreed, as_asked, sites = found
            cells.append(f"{agreed:.0f} in {seconds:.1f} s" if as_asked else f"**{agreed:.1f}**")
            right = right and as_asked
    return f"| {studied.name} | {name} | {place} | {sites} | {' | '.join(cells)} |", right


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patience", type=float, default=20, help="seconds for one pair of measurements")
    parser.add_argument("--model", type=Path, action="append", help="networks beside the default one")
    given = parser.parse_args(arguments)
    own = given.model or sorted(path for path in EXAMPLES.glob("*.toml") if path.name != "model.toml")
    networks = [
        network("algebraic", "laplacian", c="3/10"),
        network("algebraic", "advection"),
        *map(load, own),
    ]
    start, wrong, rows, stopped = time.perf_counter(), [], 0, 0
    about = f"{len(networks)} networks"
    print(heading("Two engines, one answer", "make engines", about, "mpmath", "gmpy2", "python-flint"))
    print(
        "Digits to which measurements by flint and by mpmath agree, at most those asked for, and the time of both.\n"
    )
    print(f"| network | observable | at | sites | {' | '.join(f'{digits} digits' for digits in DIGITS)} |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for studied in networks:
        for name in observables():
            text, right = row(name, studied, given.patience)
            if text is None:
                continue
            rows, stopped = rows + 1, stopped + text.count("stopped")
            print(text, flush=True)
            if not right:
                wrong.append(f"{studied.name}, {name}")
    print(
        f"\n{rows} observables of {len(networks)} networks, {len(wrong)} disagreements, {stopped} comparisons stopped; "
        f"{time.perf_counter() - start:.0f} s."
    )
    for place in wrong:
        print(f"- disagrees: {place}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
