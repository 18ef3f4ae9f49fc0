"""psi as an expression of its own, for profiles that no closed form inverts."""

from __future__ import annotations

import sympy as sp


class InverseProfile(sp.Function):
    """psi(R) where no closed form is known: the root P >= 0 of rho(P) = R.

    Arguments: (Lambda(r, rho(r)), R). Evaluated numerically by whoever compiles it.
    """

    nargs = 2
    is_nonnegative = True

    @classmethod
    def eval(cls, profile: sp.Lambda, output: sp.Expr) -> sp.Expr | None:
        """psi(0) = 0, and psi(rho(P)) = P."""
        if output == 0:
            return sp.S.Zero
        for modulus in output.free_symbols:
            if modulus.is_positive and profile(modulus) == output:
                return modulus
        return None

    def fdiff(self, argindex: int = 2) -> sp.Expr:
        """psi'(R) = 1 / rho'(psi(R))."""
        profile, _ = self.args
        variable = profile.variables[0]
        return 1 / sp.diff(profile.expr, variable).xreplace({variable: self})

    def _latex(self, printer: object, exp: str | None = None) -> str:
        inner = printer._print(self.args[1])  # type: ignore[attr-defined]
        power = f"^{{{exp}}}" if exp else ""
        return rf"\psi{power}\left({inner}\right)"
