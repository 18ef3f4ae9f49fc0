"""Laws of convolutional recurrent networks near their critical point: derived, exported and verified.

    Z_{n+1} = phi( U (*) Z_n + I_n )

Every public name is imported on first use, so that the import itself costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analytics.balls.enclosure import Enclosure
    from analytics.errors import NearCriticalError
    from analytics.export.formats import export
    from analytics.expressions.parameter import Parameter
    from analytics.law.law import Law
    from analytics.law.values import State
    from analytics.network.activation import Activation
    from analytics.network.kernel import Kernel
    from analytics.network.network import Network
    from derivations.theory import Theory, derive
    from nearcritical.model_file import load, network
    from nearcritical.pictures.plots import Picture, pictures
    from numerics.certificates.certificate import Certificate
    from numerics.certificates.certify import certify
    from numerics.certificates.convolutional_exponential import (
        ConvolutionalExponential,
        convolutional_exponential,
    )
    from numerics.certificates.kernel_certificate import KernelCertificate, certificate
    from numerics.lattice.inputs import Background, Input, Oscillation, Samples
    from numerics.lattice.map import Lattice
    from numerics.lattice.simulation import Trajectory, simulate
    from numerics.observables.measure import Measurement, measure
    from numerics.steady_states.ramp import Sweep, sweep
    from numerics.steady_states.steady_state import SteadyState, steady_state
    from numerics.verification.check import Check, check
    from numerics.verification.exponents import Exponent, exponent
    from numerics.verification.verify import Verdict, verify

_HOMES = {
    "Activation": "analytics.network.activation",
    "Background": "numerics.lattice.inputs",
    "Certificate": "numerics.certificates.certificate",
    "Check": "numerics.verification.check",
    "ConvolutionalExponential": "numerics.certificates.convolutional_exponential",
    "Enclosure": "analytics.balls.enclosure",
    "Exponent": "numerics.verification.exponents",
    "Input": "numerics.lattice.inputs",
    "Kernel": "analytics.network.kernel",
    "KernelCertificate": "numerics.certificates.kernel_certificate",
    "Lattice": "numerics.lattice.map",
    "Law": "analytics.law.law",
    "Measurement": "numerics.observables.measure",
    "NearCriticalError": "analytics.errors",
    "Network": "analytics.network.network",
    "Oscillation": "numerics.lattice.inputs",
    "Parameter": "analytics.expressions.parameter",
    "Picture": "nearcritical.pictures.plots",
    "Samples": "numerics.lattice.inputs",
    "State": "analytics.law.values",
    "SteadyState": "numerics.steady_states.steady_state",
    "Sweep": "numerics.steady_states.ramp",
    "Theory": "derivations.theory",
    "Trajectory": "numerics.lattice.simulation",
    "Verdict": "numerics.verification.verify",
    "certificate": "numerics.certificates.kernel_certificate",
    "certify": "numerics.certificates.certify",
    "check": "numerics.verification.check",
    "convolutional_exponential": "numerics.certificates.convolutional_exponential",
    "derive": "derivations.theory",
    "exponent": "numerics.verification.exponents",
    "export": "analytics.export.formats",
    "load": "nearcritical.model_file",
    "measure": "numerics.observables.measure",
    "network": "nearcritical.model_file",
    "pictures": "nearcritical.pictures.plots",
    "simulate": "numerics.lattice.simulation",
    "steady_state": "numerics.steady_states.steady_state",
    "sweep": "numerics.steady_states.ramp",
    "verify": "numerics.verification.verify",
}

__all__ = [
    "Activation",
    "Background",
    "Certificate",
    "Check",
    "ConvolutionalExponential",
    "Enclosure",
    "Exponent",
    "Input",
    "Kernel",
    "KernelCertificate",
    "Lattice",
    "Law",
    "Measurement",
    "NearCriticalError",
    "Network",
    "Oscillation",
    "Parameter",
    "Picture",
    "Samples",
    "State",
    "SteadyState",
    "Sweep",
    "Theory",
    "Trajectory",
    "Verdict",
    "certificate",
    "certify",
    "check",
    "convolutional_exponential",
    "derive",
    "exponent",
    "export",
    "load",
    "measure",
    "network",
    "pictures",
    "simulate",
    "steady_state",
    "sweep",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
