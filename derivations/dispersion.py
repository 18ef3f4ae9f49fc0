"""Chapter 7: dispersion relation and temporal decay.

With the even and odd part omega_+ and omega_- of the kernel's frequency in the frame of the background,

    lambda = e^(i omega_-) [a cos omega_+ +- sqrt(a^2 cos^2 omega_+ - g_r g_t)],      sigma = -ln|lambda|

and two regimes that meet where the root vanishes, at the exceptional point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import sympy as sp

from analytics.expressions.notation import (
    P,
    R,
    decay,
    eigenvalue,
    packet_velocity,
    perturbation_wavenumbers,
    radial,
    relaxation,
    tangential,
)
from analytics.law.law import Law
from analytics.law.step import Step, Steps, definition, identity
from analytics.network import sigmoid
from analytics.network.activation import Activation, gains
from analytics.network.kernel import Kernel
from analytics.network.network import Network
from derivations.background import Background, both_backgrounds, drift, law_on, uniform
from derivations.chapter import PAPER, Chapter, Requirement, derived
from derivations.kernel import imaginary_eigenvalue, wave_ranges
from derivations.linearization import (
    GAINS,
    characteristic,
    determinant,
    perturbation_parameters,
)
from derivations.single_oscillation import amplitudes, outputs

SOURCE = f"eigenvalues of the linearization; {PAPER}"

even, odd = sp.symbols("omega_+ omega_-", real=True)
modulus = sp.Symbol("C", positive=True)  # a |cos omega_+|
OVERDAMPED = {
    radial: (sp.Rational(1, 10), sp.Rational(3, 10)),
    tangential: (sp.Rational(7, 10), sp.Rational(9, 10)),
    even: (sp.Rational(-3, 10), sp.Rational(3, 10)),
    odd: (-3, 3),
}
"""Here |sin omega_+| < 2/5 <= (g_t - g_r)/(g_t + g_r), so that the eigenvalues' root is real."""


@derived()
def dispersion_relation(network: Network) -> Law:
    r"""Growth factors of a perturbation, :math:`\lambda = e^{i\omega_-}[a\cos\omega_+ \pm \sqrt{\dots}]`. Exact.

    The sign in front of the root is that of the cosine in the first branch, so the slower one comes first.
    """
    along, across = gains(network.activation)

    def equation(background: Background) -> sp.Eq:
        plus, minus = background.frequencies(perturbation_wavenumbers(network.dimension))
        return sp.Eq(eigenvalue, sp.Tuple(*branches(along, across, plus, minus)), evaluate=False)

    return law_on(
        both_backgrounds(network),
        equation,
        meaning="factors by which a perturbation of wavenumber q grows in one step, the slower first",
        observable="eigenvalues",
        subject=eigenvalue,
        codomain=sp.S.Complexes,
        source=SOURCE,
        steps=_relation(network.activation),
        parameters=perturbation_parameters(network),
    )


@derived()
def decay_rate(network: Network) -> Law:
    r"""Rates :math:`\sigma = -\ln|\lambda|` of both branches, the slower first. Exact, in both regimes."""
    return _rates(network, decay)


@derived()
def relaxation_time(network: Network) -> Law:
    r"""Relaxation times :math:`\tau = 1/\sigma` of both branches, the slower first. Exact, in both regimes."""
    reciprocal = definition("The relaxation time is its reciprocal.", relaxation, 1 / decay)
    return _rates(network, relaxation, reciprocal)


def _rates(network: Network, subject: sp.Symbol, *further: Step) -> Law:
    along, across = gains(network.activation)
    is_rate = subject == decay

    def equation(background: Background) -> sp.Eq:
        plus, _ = background.frequencies(perturbation_wavenumbers(network.dimension))
        values = (rate if is_rate else 1 / rate for rate in rates(along, across, plus))
        return sp.Eq(subject, sp.Tuple(*values), evaluate=False)

    return law_on(
        both_backgrounds(network),
        equation,
        meaning=f"{'decay rates' if is_rate else 'relaxation times'} of a perturbation of wavenumber q, slower first",
        observable="decay_rate" if is_rate else "relaxation_time",
        subject=subject,
        codomain=sp.Interval(0, sp.oo),
        source=SOURCE,
        steps=(*moduli(network.activation), *further),
        parameters=perturbation_parameters(network),
    )


def _meets_itself(network: Network) -> bool:
    """Has a uniform background exceptional points? Not where omega_+ vanishes for all wavenumbers, or drifts."""
    plus = network.kernel.even_part(perturbation_wavenumbers(network.dimension))
    return bool(plus != 0 and drift(network) == 0)


@derived(Requirement(_meets_itself, "a kernel that is not odd and leaves uniform states alone, omega(0) = 0"))
def exceptional_point(network: Network) -> Law:
    r"""Amplitude at which both rates of a wavenumber meet, :math:`|\sin\omega_+| = |b|/a`. Exact.

    Weaker activity leaves the wavenumber underdamped, stronger activity makes it overdamped.
    """
    plus, _ = uniform(network).frequencies(perturbation_wavenumbers(network.dimension))
    along, across = gains(network.activation)
    skewness = _skewness(network.activation)
    # where the activation expands, the radial gain may exceed the tangential one
    ratio = skewness if network.activation.contracts else sp.Abs(skewness)
    steps = (
        *moduli(network.activation),
        identity(
            "The regimes meet where the root vanishes, a^2 cos^2 omega_+ = g_r g_t, that is a^2 sin^2 omega_+ = b^2.",
            (across - along) / 2,  # -b, of which the square is a^2 - g_r g_t; squares would hide a wrong sign
            skewness * (along + across) / 2,
            outputs(network.activation),
            proof=partial(_by_the_drive, network.activation),
            shown=sp.Eq(ratio, sp.Abs(sp.sin(even)), evaluate=False),
        ),
    )
    return Law(
        meaning="amplitude of a uniform background at which both rates of a wavenumber meet",
        observable="exceptional_point",
        network=network,
        subject=R,
        equation=sp.Eq(ratio, sp.Abs(sp.sin(plus)), evaluate=False),
        parameters=perturbation_parameters(network),
        codomain=amplitudes(network.activation),
        validity="every wavenumber with |sin(omega_+)| < 1",
        source=SOURCE,
        steps=steps,
        condition=sp.Ne(sp.sin(plus), 0),
    )


def _skewness(activation: Activation) -> sp.Expr:
    """-b/a = (g_t - g_r)/(g_t + g_r) as a function of R.

    Where rho is a root of a rational function, and its inverse has no closed form, it is written in P = psi(R): the
    ratio g_r/g_t = d ln rho/d ln P is rational in P.
    """
    along, across = gains(activation)
    ratio = (across - along) / (across + along)
    if activation.has_closed_inverse:
        return sp.simplify(ratio)
    if sigmoid.rational_power(activation.profile) is None:
        return ratio
    share = sp.cancel(sp.simplify(P * activation.slope(P) / activation.rho(P)))
    return sp.factor(sp.cancel((1 - share) / (1 + share))).xreplace({P: activation.psi(R)})


def _by_the_drive(activation: Activation, rest: sp.Expr) -> sp.Expr:
    """What is left of an identity in R, simplified in P = psi(R) where psi has no closed form."""
    if not activation.has_closed_inverse:
        rest = rest.xreplace({activation.psi(R): P}).xreplace({R: activation.rho(P)})
    return sp.simplify(rest)


@derived()
def group_velocity(network: Network) -> Law:
    r"""Velocity of a wave packet, :math:`v_g = d\omega/dq`, along each axis, in sites/step. Exact.

    A wave is e^(i (q.x + omega n)), so a packet moves towards smaller x where v_g > 0.
    """
    kernel = network.kernel
    wavevector = perturbation_wavenumbers(network.dimension)
    velocity = kernel.group_velocity(wavevector)
    return Law(
        meaning="slope d omega/dq of the frequencies; a weak wave packet on the resting network moves by -v_g a step",
        observable="group_velocity",
        network=network,
        subject=packet_velocity,
        equation=sp.Eq(packet_velocity, sp.Tuple(*velocity), evaluate=False),
        parameters=perturbation_parameters(network),
        codomain=sp.Reals,
        validity="every wavenumber",
        source=SOURCE,
        steps=tuple(_motion(kernel, wavevector, velocity)),
    )


def _motion(kernel: Kernel, wavevector: Sequence[sp.Symbol], velocity: Sequence[sp.Expr]) -> Iterator[Step]:
    """d omega / d q along every axis: from the stencil, or by differentiating u(q) where there is no finite one."""
    ranges = wave_ranges(kernel, wavevector)
    if kernel.band is None:
        yield imaginary_eigenvalue(
            "The eigenvalue of the stencil on a plane wave is i omega(q).", kernel, wavevector
        )
    for axis, value in enumerate(velocity):
        if kernel.band is None:
            claim = f"Differentiate i omega(q) = sum A(x) e^(-i q.x) along axis {axis + 1}."
            moment = sp.Add(
                *(
                    -sp.I
                    * offset[axis]
                    * coefficient
                    * sp.exp(-sp.I * sp.Add(*map(sp.Mul, wavevector, offset)))
                    for offset, coefficient in kernel.stencil
                )
            )
        else:
            claim = f"Differentiate u(q) = e^(i omega(q)) along axis {axis + 1}, and divide by u(q)."
            eigenvalue_of = sp.exp(kernel.symbol(wavevector))
            moment = sp.diff(eigenvalue_of, wavevector[axis]) / eigenvalue_of
        yield identity(
            claim,
            moment,
            sp.I * value,
            ranges,
            shown=sp.Eq(sp.Symbol("v_g"), value, evaluate=False),
        )


def branches(along: sp.Expr, across: sp.Expr, plus: sp.Expr, minus: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Both eigenvalues, the slower first, for gains and frequencies in the frame."""
    turn = sp.exp(sp.I * minus)
    if plus == 0:
        return turn * across, turn * along
    centre = (along + across) / 2 * sp.cos(plus)
    root = sp.sqrt(((along - across) / 2) ** 2 - ((along + across) / 2 * sp.sin(plus)) ** 2)
    root *= sp.Piecewise((-1, sp.cos(plus) < 0), (1, True))
    return turn * (centre + root), turn * (centre - root)


def rates(along: sp.Expr, across: sp.Expr, plus: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Both decay rates, the slower first: piecewise over the two regimes, or -ln g where omega_+ vanishes."""
    if plus == 0:
        return -sp.log(across), -sp.log(along)
    centre = (along + across) / 2 * sp.Abs(sp.cos(plus))
    inside = ((along - across) / 2) ** 2 - ((along + across) / 2 * sp.sin(plus)) ** 2  # C^2 - g_r g_t
    both = -sp.log(along * across) / 2
    return (
        sp.Piecewise((both, inside <= 0), (-sp.log(centre + sp.sqrt(inside)), True)),
        sp.Piecewise((both, inside <= 0), (-sp.log(centre - sp.sqrt(inside)), True)),
    )


def _relation(activation: Activation) -> Steps:
    """Solve the characteristic polynomial with the frequencies split into even and odd part."""
    ranges = GAINS | {even: (-1, 1), odd: (-1, 1), eigenvalue: (-1, 1)}
    mean, product = (radial + tangential) / 2, radial * tangential
    turn = sp.exp(sp.I * odd)
    monic = eigenvalue**2 - 2 * mean * turn * sp.cos(even) * eigenvalue + product * turn**2
    first, second = branches(radial, tangential, even, odd)
    root = sp.Symbol("s") * sp.sqrt(mean**2 * sp.cos(even) ** 2 - product)
    return (
        *determinant(activation),
        identity(
            "With omega(q) = omega_+ + omega_- the sum u(q) + conj u(-q) is 2 e^(i omega_-) cos omega_+, "
            "the product e^(2 i omega_-).",
            characteristic(radial, tangential, even + odd, even - odd),
            monic,
            ranges,
        ),
        identity(
            "Its two roots, s = 1 and s = -1; in the first, the slower one, s is the sign of the cosine.",
            (eigenvalue - first) * (eigenvalue - second),
            monic,
            ranges,
            shown=sp.Eq(eigenvalue, turn * (mean * sp.cos(even) + root), evaluate=False),
        ),
    )


def _with_real_root(rest: sp.Expr) -> sp.Expr:
    """Replace the eigenvalues' root, and the sign of the cosine before it, by real symbols of known squares."""
    root, sign = sp.symbols("root s", real=True)
    (inside,) = {power.base for power in rest.atoms(sp.Pow) if power.exp == sp.Rational(1, 2)}
    real = rest.xreplace({sp.sqrt(inside): root}).replace(sp.Piecewise, lambda *pieces: sign)
    squared = sp.expand(real.doit()).subs({root**2: inside, sign**2: 1})
    return sp.expand(sp.expand(squared).subs(sp.sin(even) ** 2, 1 - sp.cos(even) ** 2))


def moduli(activation: Activation) -> Steps:
    """|lambda| in the two regimes."""
    product = radial * tangential
    first, second = branches(radial, tangential, even, odd)
    return (
        *_relation(activation),
        identity(
            "Underdamped, a^2 cos^2 omega_+ < g_r g_t: the roots are complex, of equal modulus sqrt(g_r g_t).",
            (modulus + sp.I * sp.sqrt(product - modulus**2))
            * (modulus - sp.I * sp.sqrt(product - modulus**2)),
            product,
            {modulus: (sp.Rational(1, 100), sp.Rational(1, 10)), **GAINS},
            shown=sp.Eq(decay, -sp.log(product) / 2, evaluate=False),
        ),
        identity(
            "Overdamped: both roots have the phase of e^(i omega_-), up to a common sign, "
            "and their moduli multiply to g_r g_t; s = 1 and s = -1, C = a |cos omega_+|.",
            first * sp.conjugate(second),
            product,
            OVERDAMPED,
            proof=_with_real_root,
            shown=sp.Eq(
                decay,
                -sp.log(modulus + sp.Symbol("s") * sp.sqrt(modulus**2 - product)),
                evaluate=False,
            ),
        ),
    )


CHAPTER = Chapter(
    number=7,
    title="Dispersion and temporal decay",
    summary="How fast a perturbation of each wavenumber is forgotten, in two regimes.",
    laws=(dispersion_relation, decay_rate, relaxation_time, exceptional_point, group_velocity),
)
