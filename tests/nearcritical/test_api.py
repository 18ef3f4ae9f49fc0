"""The public names: all there, known to a type checker, and used as a user's script uses them.

``make types`` checks this file too: what a name is imported as is what it is.
"""

from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from mpmath import mpf

import nearcritical
from nearcritical import (
    Activation,
    Arrival,
    Background,
    Certificate,
    Check,
    ConvolutionalExponential,
    EnclosedWave,
    Enclosure,
    Exponent,
    Input,
    Kernel,
    KernelCertificate,
    Landscape,
    Lattice,
    Law,
    Measurement,
    NearCriticalError,
    Network,
    Oscillation,
    Parameter,
    Picture,
    Plot,
    Ramp,
    Reach,
    Samples,
    Source,
    State,
    SteadyState,
    Sweep,
    Theory,
    Trajectory,
    Verdict,
    WaveField,
    arrival,
    certify,
    certify_kernel,
    check,
    convolutional_exponential,
    derive,
    enclosed_wave,
    exponent,
    export,
    export_sweep,
    load,
    load_saved,
    load_sweep,
    measure,
    network,
    pictures,
    plot,
    ramp,
    reach,
    save,
    simulate,
    simulate_each,
    steady_state,
    sweep,
    verify,
    wave_field,
)

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def test_a_network_is_made_by_names_by_a_file_and_of_its_parts() -> None:
    named: Network = network("algebraic", "laplacian", c="3/10")
    (r,), (k,) = named.activation.profile.free_symbols, named.kernel.wavenumbers
    assert named.activation.name == "algebraic" and named.kernel.dimension == 1
    assert load(EXAMPLES / "model.toml").name == named.name
    made = Network(Activation("own", r / sp.sqrt(1 + r**2)), Kernel.from_frequency("sine", sp.sin(k)))
    assert made.activation.order == 2


def test_laws_are_derived_evaluated_compiled_and_exported(default_network: Network) -> None:
    theory: Theory = derive(default_network)
    law: Law = theory["forced_amplitude"]
    first: Parameter = law.parameters[0]
    assert first.name == "F"
    value = law.evaluate({"F": "1/100"}, digits=30)
    ball: Enclosure = law.evaluate({"F": "1/100"}, digits=30, enclosure=True)
    (state,) = law.states({"F": "1/100"}, digits=20)
    assert isinstance(state, State) and abs(state.amplitude - value) < 1e-15
    assert ball.radius < mpf(10) ** -30 and abs(value - ball.midpoint) < mpf(10) ** -15
    resonant = theory["resonant_amplitude"]
    assert float(resonant.compile()(0.01)) == pytest.approx(
        float(resonant.evaluate({"F": "1/100"})), rel=1e-15
    )
    assert export(law, "json") == export([law], "json") == export({"a": law}, "json")


def test_every_refusal_is_of_one_class(default_network: Network) -> None:
    with pytest.raises(NearCriticalError, match="unknown law"):
        derive(default_network)["forced_amplitud"]


def test_a_lattice_is_simulated_and_its_steady_state_certified(default_network: Network) -> None:
    lattice = Lattice(default_network, (8,))
    inputs: tuple[Input, ...] = (
        Background("1/10"),
        Oscillation("1/10", ("pi/4",), detuning=0),
        Samples(np.full(8, 0.1)),
    )
    for drive in inputs:
        course: Trajectory = simulate(default_network, (8,), drive, 3)
        (same,) = simulate_each(default_network, (8,), [drive], 3)
        assert (same.states == course.states).all()
        assert course.states.shape == (4, 8) and course.steps == 3
    state: SteadyState = steady_state(lattice, inputs[0], digits=20)
    proof: Certificate = certify(state)
    assert 0 < proof.radius < mpf(10) ** -20


def test_a_wave_goes_through_a_landscape(default_network: Network) -> None:
    landscape = Landscape(np.where(np.arange(40) < 20, 0.5, 0.01))
    lattice = Lattice(default_network, landscape.shape)
    field: WaveField = wave_field(steady_state(lattice, landscape, digits=12), Source((30,), "1/2"))
    found: Reach = reach(field.amplitude, landscape.doubles, threshold=0.1)
    assert found.reached[30] and not found.reached[10]
    seen: Arrival = arrival(field, 200)
    assert seen.times[30] < seen.times[25]
    proved: EnclosedWave = enclosed_wave(steady_state(lattice, landscape, digits=30), Source((30,), "1/2"))
    low, high = proved.bounds((30,))
    assert low < high < low + 1e-9 and field.amplitude[30] == pytest.approx(high, rel=1e-11)


def test_laws_are_measured_verified_and_checked(default_network: Network) -> None:
    law = derive(default_network)["kernel_frequency"]
    verdict: Verdict = verify(law, 10)
    assert verdict.passed
    found: Measurement = measure("forced_amplitude", default_network, {"F": "1/100"}, digits=20)
    assert abs(found.value - mpf("0.2665031517714650040")) < 1e-15
    answer: Check = check("psi(R) - R = F", "forced_amplitude", default_network, at={"delta": 0}, digits=10)
    assert answer.kind == "exact"
    power: Exponent = exponent(derive(default_network)["resonant_amplitude"], 5)
    assert power.predicted == sp.Rational(1, 3) and power.passed


def test_the_forcing_is_raised_and_lowered() -> None:
    course: Ramp = ramp(load(EXAMPLES / "hysteresis.toml"), ["1/10", "2/5", "1/2"])
    assert sp.Rational(2, 5) in course.loop and len(course.up) == len(course.down) == 3


def test_a_kernel_is_exponentiated_and_certified(default_network: Network) -> None:
    taps: ConvolutionalExponential = convolutional_exponential(default_network.kernel, (32,))
    assert sum(abs(taps.taps) ** 2) == pytest.approx(1, rel=1e-14)
    bounds: KernelCertificate = certify_kernel(default_network.kernel, (64,), 20)
    assert bounds.unitary and bounds.contained


def test_a_picture_has_a_caption() -> None:
    """That `pictures` draws five of them is seen in drawing/test_plots.py."""
    assert Picture("name", "title", "caption", "<svg/>").caption == "caption"
    assert pictures.__module__.startswith("nearcritical.")


def test_a_law_is_plotted(default_network: Network) -> None:
    drawn: Plot = plot(derive(default_network)["group_velocity"], "q=0:pi")
    assert drawn.columns == ("kind", "q", "v_g") and len(drawn.figure.axes) == 1


def test_results_are_saved_and_loaded(default_network: Network, tmp_path: Path) -> None:
    found: Measurement = measure("forced_amplitude", default_network, {"F": "1/100"}, 20)
    save(found, tmp_path / "measurement.json")
    assert load_saved(tmp_path / "measurement.json") == found


def test_a_sweep_is_made_loaded_and_exported(default_network: Network, tmp_path: Path) -> None:
    law = derive(default_network)["forced_amplitude"]
    found: Sweep = sweep(law, {"F": "1e-3:1e-1:3:log"}, out=tmp_path / "sweep.sqlite")
    assert found.points == found.answered == 3
    assert load_sweep(found.file).forced_amplitude.dims == ("F",)
    export_sweep(found.file, tmp_path / "sweep.csv")
    assert len((tmp_path / "sweep.csv").read_text().splitlines()) == 4


def test_every_public_name_is_imported_above() -> None:
    assert set(nearcritical.__all__) <= globals().keys()


def test_dir_shows_the_public_names_alone() -> None:
    assert dir(nearcritical) == nearcritical.__all__ == sorted(nearcritical.__all__)


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert nearcritical.__version__ == version("nearcritical")


def test_no_folder_hides_a_public_name() -> None:
    folders = {path.stem for path in Path(nearcritical.__file__).parent.iterdir()}
    assert not folders & set(nearcritical.__all__)


@pytest.mark.parametrize(("old", "new"), [("certificate", "certify_kernel")])
def test_a_renamed_name_says_what_it_is_called(old: str, new: str) -> None:
    said = f"nearcritical.{old} is called nearcritical.{new} now"
    assert not hasattr(nearcritical, old)
    with pytest.raises(AttributeError) as by_attribute:
        getattr(nearcritical, old)
    with pytest.raises(ImportError) as by_import:
        __import__("nearcritical", fromlist=[old])
    assert str(by_attribute.value) == str(by_import.value) == said


def test_results_print_as_one_line(default_network: Network) -> None:
    theory = derive(default_network)
    assert str(verify(theory["kernel_frequency"], 10)).startswith("kernel_frequency: passed, agrees to ")
    assert str(measure("forced_amplitude", default_network, {"F": "1/100", "k": 0}, 20)) == (
        "forced_amplitude = 0.26650315177146500406 at F = 1/100, delta = 0, k = 0"
    )
    found = str(exponent(theory["resonant_amplitude"], 8))
    assert found.startswith("forced_amplitude ~ F**(1/3): passed, measured 0.33333333 ± ")
