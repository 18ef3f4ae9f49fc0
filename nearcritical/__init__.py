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
    from nearcritical.plots import Picture, pictures
    from numerics.certificate import Certificate
    from numerics.certify import certify
    from numerics.check import Check, check
    from numerics.convolutional_exponential import ConvolutionalExponential, convolutional_exponential
    from numerics.exponents import Exponent, exponent
    from numerics.inputs import Background, Input, Oscillation, Samples
    from numerics.kernel_certificate import KernelCertificate, certificate
    from numerics.lattice import Lattice
    from numerics.measure import Measurement, measure
    from numerics.simulation import Trajectory, simulate
    from numerics.steady_state import SteadyState, steady_state
    from numerics.sweep import Sweep, sweep
    from numerics.verify import Verdict, verify

_HOMES = {
    "Activation": "analytics.network.activation",
    "Background": "numerics.inputs",
    "Certificate": "numerics.certificate",
    "Check": "numerics.check",
    "ConvolutionalExponential": "numerics.convolutional_exponential",
    "Enclosure": "analytics.balls.enclosure",
    "Exponent": "numerics.exponents",
    "Input": "numerics.inputs",
    "Kernel": "analytics.network.kernel",
    "KernelCertificate": "numerics.kernel_certificate",
    "Lattice": "numerics.lattice",
    "Law": "analytics.law.law",
    "Measurement": "numerics.measure",
    "NearCriticalError": "analytics.errors",
    "Network": "analytics.network.network",
    "Oscillation": "numerics.inputs",
    "Parameter": "analytics.expressions.parameter",
    "Picture": "nearcritical.plots",
    "Samples": "numerics.inputs",
    "State": "analytics.law.values",
    "SteadyState": "numerics.steady_state",
    "Sweep": "numerics.sweep",
    "Theory": "derivations.theory",
    "Trajectory": "numerics.simulation",
    "Verdict": "numerics.verify",
    "certificate": "numerics.kernel_certificate",
    "certify": "numerics.certify",
    "check": "numerics.check",
    "convolutional_exponential": "numerics.convolutional_exponential",
    "derive": "derivations.theory",
    "exponent": "numerics.exponents",
    "export": "analytics.export.formats",
    "load": "nearcritical.model_file",
    "measure": "numerics.measure",
    "network": "nearcritical.model_file",
    "pictures": "nearcritical.plots",
    "simulate": "numerics.simulation",
    "steady_state": "numerics.steady_state",
    "sweep": "numerics.sweep",
    "verify": "numerics.verify",
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
