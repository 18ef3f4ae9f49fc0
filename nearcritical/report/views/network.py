"""The definition of a network: rows of a name and a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analytics.expressions import printing
from analytics.expressions.notation import R, r
from nearcritical.report.mathml import equation

if TYPE_CHECKING:
    import sympy as sp

    from analytics.network.activation import Activation
    from analytics.network.kernel import Kernel
    from analytics.network.network import Network

MODEL = (
    r"Z_{n+1} = \varphi\left(U * Z_n + I_n\right)",
    r"\varphi(z) = \rho\left(\left|z\right|\right)\frac{z}{\left|z\right|}",
    r"U = \exp_{*}(A)",
)


def network_view(network: Network) -> Mapping[str, object]:
    """What the page says of the network itself."""
    activation, kernel = network.activation, network.kernel
    rows: list[tuple[str, str]] = [
        *(
            []
            if activation.is_general
            else [("radial profile", rf"\rho(r) = {printing.latex(activation.rho(r))}")]
        ),
        (
            "its inverse",
            rf"\psi(R) = {_inverse(activation)}"
            if activation.is_general or activation.has_closed_inverse
            else r"\rho(\psi(R)) = R",
        ),
        (
            "order and coefficient",
            r"\rho(r) = r - c_\varphi\,r^{p+1} + \dots"
            if activation.has_open_order
            else rf"p = {activation.order}, \quad c_\varphi = {printing.latex(activation.coefficient)} \quad "
            rf"\text{{in}} \quad \rho(r) = r - c_\varphi\,r^{{p+1}} + \dots",
        ),
        *_kernel_rows(kernel),
    ]
    if network.constants or network.relations:
        values = r",\quad ".join(
            f"{printing.latex(symbol)} = {printing.latex(value)}"
            for symbol, value in (
                *network.constants.items(),
                *(relation.args for relation in network.relations),
            )
        )
        rows.append(("constants", values))
    if network.open:
        rows.append(("left open", r",\quad ".join(map(printing.latex, network.open))))
    return {
        "name": network.name,
        "activation": activation.name,
        "kernel": kernel.name,
        "dimension": network.dimension,
        "rows": [(name, equation(latex)) for name, latex in rows],
        "model": [equation(latex) for latex in MODEL],
    }


def _inverse(activation: Activation) -> str:
    """psi(R); of a general activation as the series that it is, by rising powers."""
    inverse = activation.psi(R)
    if not activation.is_general:
        return printing.latex(inverse)
    terms = sorted(inverse.args, key=_power)
    return " + ".join([*map(printing.latex, terms), r"\dots"])


def _power(term: sp.Expr) -> float:
    """The power of R in a term of a general inverse, with p = 1 where p is open."""
    power = term.as_independent(R, as_Add=False)[1].as_base_exp()[1]
    return float(power.subs(dict.fromkeys(power.free_symbols, 1)))


def _kernel_rows(kernel: Kernel) -> list[tuple[str, str]]:
    wavevector = kernel.wavenumbers
    frequency = printing.latex(kernel.frequency(wavevector))
    if kernel.is_general:
        edge = r"-\omega(-k)" if kernel.is_real else r"\omega(-k),\quad |\omega(k)| = \kappa\,|k|^m + \dots"
        return [("frequency", rf"{frequency} = {edge}")]
    return [
        (
            "stencil",
            r",\quad ".join(_tap(offset, value) for offset, value in kernel.stencil)
            or r"\text{infinite, } A(x) = \frac{1}{2\pi} \int i\,\omega(k)\,e^{ikx}\,dk \text{ per axis}",
        ),
        ("frequency", rf"\omega({_joined(wavevector)}) = {frequency}"),
    ]


def _tap(offset: tuple[int, ...], value: sp.Expr) -> str:
    return f"A({', '.join(map(str, offset))}) = {printing.latex(value)}"


def _joined(symbols: Sequence[sp.Symbol]) -> str:
    return ", ".join(printing.latex(symbol) for symbol in symbols)
