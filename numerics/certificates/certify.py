"""A proof, by ball arithmetic, that a steady state lies where a simulation says.

    T(Z) = B phi(U (*) Z + I_0),      T(Z*) = Z*

One step from the state in balls bounds its residual, |T(Z) - Z|. With a bound L < 1 on how far apart a map whose
fixed point is Z* can keep two states near Z, the contraction principle gives existence, uniqueness and a distance:
L of T itself on a lattice of any size (`contraction`), of Newton's map on a small one where that fails
(`newton_contraction`); theorems, proofs and hypotheses stand there.

All numbers are balls that contain the exact ones: constants of the model, Fourier transforms, the input with its
frequency. Only Z is what it is, the binary fractions of the simulation. So this is a theorem about the network on
its lattice, up to the correctness of FLINT, whatever the simulation did.
"""

from __future__ import annotations

from analytics.balls.arithmetic import GUARD_BITS, flint_precision
from analytics.errors import CertificationError, ParameterError
from analytics.evaluation.contexts import bits_of
from numerics.certificates.certificate import OPERATION, Certificate
from numerics.certificates.contraction import by_contraction
from numerics.certificates.enclosed_step import EnclosedStep
from numerics.certificates.newton_contraction import by_newton
from numerics.steady_states.steady_state import SteadyState

MOST_DOUBLINGS = 2
"""Of the bits, where a hypothesis fails: more bits may show it."""


def certify(state: SteadyState) -> Certificate:
    """A proof that there is a steady state close to `state`, every hypothesis checked.

    For a lattice in a moving frame, or an input that moves along the lattice, the state is one on a ring of phases, and
    the theorem is about the map on that ring. The bound is of the size of the residual over 1 - L: the weaker the
    input, the more digits of the state a proof takes.

    Raises CertificationError, naming the hypothesis that fails for the map itself, and that for Newton's map;
    ParameterError for what is no steady state.
    """
    if not isinstance(state, SteadyState) or len(state.state) != state.lattice.sites:
        raise ParameterError(
            OPERATION,
            "a state found by steady_state is needed",
            type(state).__name__,
            "Call steady_state(lattice, drive) first.",
        )
    bits = bits_of(state.working_digits) + GUARD_BITS + state.lattice.sites.bit_length()
    most = bits << MOST_DOUBLINGS
    while True:
        with flint_precision(bits):
            try:
                return _certificate(EnclosedStep(state, bits))
            except CertificationError:
                if bits >= most:
                    raise
        bits *= 2


def _certificate(step: EnclosedStep) -> Certificate:
    try:
        return by_contraction(step)
    except CertificationError as error:
        try:
            return by_newton(step)
        except CertificationError as other:
            raise CertificationError(
                error.operation,
                error.requirement,
                error.received,
                f"{error.remedy} Nor by Newton's map: {other.requirement}; got {other.received}.",
            ) from error
