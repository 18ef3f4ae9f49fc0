"""The public names and their homes. nearcritical/public_names.py reads them here when the package is imported."""

from analytics.balls.enclosure import Enclosure as Enclosure
from analytics.errors import NearCriticalError as NearCriticalError
from analytics.export.formats import export as export
from analytics.expressions.parameter import Parameter as Parameter
from analytics.law.law import Law as Law
from analytics.law.values import State as State
from analytics.network.activation import Activation as Activation
from analytics.network.kernel import Kernel as Kernel
from analytics.network.network import Network as Network
from derivations.theory import Theory as Theory
from derivations.theory import derive as derive
from nearcritical.drawing.curve import Plot as Plot
from nearcritical.drawing.curve import plot as plot
from nearcritical.drawing.pictures import Picture as Picture
from nearcritical.drawing.pictures import pictures as pictures
from nearcritical.model.building import load as load
from nearcritical.model.building import network as network
from nearcritical.saved.file import load_saved as load_saved
from nearcritical.saved.file import save as save
from nearcritical.sweeps.sweep import Sweep as Sweep
from nearcritical.sweeps.sweep import sweep as sweep
from nearcritical.sweeps.table import export_sweep as export_sweep
from nearcritical.sweeps.table import load_sweep as load_sweep
from numerics.certificates.certificate import Certificate as Certificate
from numerics.certificates.certify import certify as certify
from numerics.certificates.convolutional_exponential import (
    ConvolutionalExponential as ConvolutionalExponential,
)
from numerics.certificates.convolutional_exponential import (
    convolutional_exponential as convolutional_exponential,
)
from numerics.certificates.kernel_certificate import KernelCertificate as KernelCertificate
from numerics.certificates.kernel_certificate import certify_kernel as certify_kernel
from numerics.landscapes.arrival import Arrival as Arrival
from numerics.landscapes.arrival import arrival as arrival
from numerics.landscapes.enclosed_wave import EnclosedWave as EnclosedWave
from numerics.landscapes.enclosed_wave import enclosed_wave as enclosed_wave
from numerics.landscapes.landscape import Landscape as Landscape
from numerics.landscapes.landscape import Source as Source
from numerics.landscapes.reach import Reach as Reach
from numerics.landscapes.reach import reach as reach
from numerics.landscapes.wave_field import WaveField as WaveField
from numerics.landscapes.wave_field import wave_field as wave_field
from numerics.lattice.inputs import Background as Background
from numerics.lattice.inputs import Input as Input
from numerics.lattice.inputs import Oscillation as Oscillation
from numerics.lattice.inputs import Samples as Samples
from numerics.lattice.map import Lattice as Lattice
from numerics.lattice.simulation import Trajectory as Trajectory
from numerics.lattice.simulation import simulate as simulate
from numerics.lattice.simulation import simulate_each as simulate_each
from numerics.observables.measure import Measurement as Measurement
from numerics.observables.measure import measure as measure
from numerics.steady_states.ramp import Ramp as Ramp
from numerics.steady_states.ramp import ramp as ramp
from numerics.steady_states.steady_state import SteadyState as SteadyState
from numerics.steady_states.steady_state import steady_state as steady_state
from numerics.verification.check import Check as Check
from numerics.verification.check import check as check
from numerics.verification.exponents import Exponent as Exponent
from numerics.verification.exponents import exponent as exponent
from numerics.verification.verdict import Verdict as Verdict
from numerics.verification.verify import verify as verify

__all__: list[str]
__version__: str
