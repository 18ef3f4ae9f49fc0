"""The mean over a period of what varies with the place in it."""

from __future__ import annotations

import sympy as sp


class Mean(sp.Function):
    """The integral of its argument over the place s in a period, from 0 to 1.

    The argument is a quantity that another law gives at every s. Evaluated numerically by whoever has that law.
    """

    nargs = 1

    def _sympystr(self, printer: object) -> str:
        return f"mean({printer._print(self.args[0])})"  # type: ignore[attr-defined]

    def _latex(self, printer: object, exp: str | None = None) -> str:
        inner = printer._print(self.args[0])  # type: ignore[attr-defined]
        whole = rf"\int_{{0}}^{{1}} {inner} \, ds"
        return rf"\left({whole}\right)^{{{exp}}}" if exp else whole
