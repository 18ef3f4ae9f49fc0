"""The exponents of the default network and of the examples, to as many digits as asked for.

    python benchmarks/exponents.py

prints a row for each exponent, and ends with exit code 1 if one disagrees with its exact rational.
"""

from __future__ import annotations

import time
from pathlib import Path

from heading import heading

from analytics.evaluation.decimals import brief
from nearcritical import Network, derive, exponent, load, network

EXAMPLES = Path(__file__).parent.parent / "examples"
NETWORKS: dict[str, tuple[Network, tuple[int, ...]]] = {
    "algebraic/laplacian": (network("algebraic", "laplacian", c="3/10"), (10, 30, 100, 200)),
    **{
        f"{name}.toml": (load(EXAMPLES / f"{name}.toml"), (50,))
        for name in ("p6", "mixed", "anisotropic", "frequency")
    },
}
"""Network -> digits asked for."""


def main() -> int:
    about = f"{len(NETWORKS)} networks"
    print(
        heading("Exponents: digits asked for and digits delivered", "make exponents", about, "python-flint")
    )
    print(
        "| network | observable | exact | digits asked | delivered | error bound | inputs | seconds of a core |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    failed, shortfalls = [], []
    for name, (net, asked) in NETWORKS.items():
        for digits in asked:
            for law in derive(net).scaling:
                start = time.process_time()
                found = exponent(law, digits)
                seconds = time.process_time() - start
                print(
                    f"| {name} | {law.observable} | {found.predicted} | {digits} | {found.digits_reached} "
                    f"| {brief(found.error_bound)} | {len(found.inputs)} | {seconds:.1f} |",
                    flush=True,
                )
                if not found.passed:
                    failed.append(f"{name}, {law.observable} at {digits} digits")
                if found.shortfall:
                    shortfalls.append(f"{name}, {law.observable}: {found.shortfall}")
    print()
    for line in shortfalls:
        print(f"- short: {line}")
    for line in failed:
        print(f"- FAILED: {line}")
    print("No exponent disagrees." if not failed else f"{len(failed)} disagree.")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
