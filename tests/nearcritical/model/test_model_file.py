"""Model files: what they give, and how each mistake is told."""

from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ActivationError, KernelError, NearCriticalError
from analytics.expressions.notation import R, r
from analytics.network.network import Network
from nearcritical.model.building import load, network, network_of, theory_of
from nearcritical.model.model_file import model_of_text

EXAMPLE = Path(__file__).parents[3] / "examples" / "model.toml"
c = sp.Symbol("c", real=True)


def read(text: str) -> Network:
    return network_of(model_of_text(text.encode(), "m.toml"))


def test_the_example_is_the_default_network() -> None:
    assert load(EXAMPLE) == network("algebraic", "laplacian", c="3/10") == network()


def followed(*sections: str) -> Network:
    """The example with its own activation or kernel in use, as its comments say: lines deleted, "#: " removed."""
    constants = {"activation": "a", "kernel": "b"}
    lines, section = [], ""
    for line in EXAMPLE.read_text().splitlines():
        section = line.strip("[]") if line.startswith("[") else section
        own = line.startswith("#: ") and (
            section in sections or (section == "constants" and line[3] in [constants[s] for s in sections])
        )
        if section in sections and line.startswith(("name", "dimension")):
            continue
        lines.append(line.removeprefix("#: ") if own else line)
    return read("\n".join(lines))


def test_each_alternative_in_the_example_works_alone() -> None:
    assert followed("activation").name == "sextic/laplacian"
    assert followed("kernel").name == "algebraic/drifting"


def test_the_modulation_in_the_example_works() -> None:
    text = EXAMPLE.read_text()
    shown = [line for line in text.splitlines() if line.startswith(("#: [modulation]", "#: shape"))]
    assert len(shown) == 2
    for line in shown:
        text = text.replace(line, line.removeprefix("#: "))
    place = sp.Symbol("s", real=True)
    assert read(text).modulation == 1 + sp.cos(2 * sp.pi * place) / 2
    assert read(text) == network(modulation="1 + cos(2*pi*s)/2")


def test_the_alternatives_in_the_example_work() -> None:
    model = followed("activation", "kernel")
    assert model.name == "sextic/drifting"
    assert model.activation.valued.profile == r / (1 + 2 * r**6) ** sp.Rational(1, 6)
    assert model.activation.valued.inverse == R / (1 - 2 * R**6) ** sp.Rational(1, 6)
    assert (model.activation.order, model.activation.valued.coefficient) == (6, sp.Rational(1, 3))
    assert dict(model.kernel.constants) == {
        c: sp.Rational(3, 10),
        sp.Symbol("b", real=True): sp.Rational(1, 5),
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"3/10"', sp.Rational(3, 10)),
        ("0.3", sp.Rational(3, 10)),
        ("1e-3", sp.Rational(1, 1000)),
        ("1_000.5", sp.Rational(2001, 2)),
        ("2", sp.Integer(2)),
        ('"sqrt(2)/7"', sp.sqrt(2) / 7),
        ('"pi/8"', sp.pi / 8),
    ],
)
def test_constants_are_exact(text: str, value: sp.Expr) -> None:
    assert read(f"[constants]\nc = {text}").constants == {c: value}


def test_a_stencil_of_two_dimensions() -> None:
    kernel = read(
        '[kernel.stencil]\n"1,0" = "3*I/5"\n"-1, 0" = "3*I/5"\n"0,1" = "-1/4"\n"0,-1" = "1/4"\n'
    ).kernel
    k1, k2 = kernel.wavenumbers
    assert kernel.dimension == 2
    assert sp.expand(kernel.frequency((k1, k2)) - (sp.Rational(6, 5) * sp.cos(k1) + sp.sin(k2) / 2)) == 0


def test_a_frequency_in_place_of_a_stencil() -> None:
    """A finite trigonometric polynomial is the stencil; any other is a band. By name of constants, as ever."""
    text = (
        "[kernel]\nfrequency = '2*c*(1 - cos(k1)) + v*sin(k2)'\ndimension = 2\n[constants]\nc = '3/10'\nv = 2"
    )
    written = read(text).kernel
    assert (written.name, written.dimension, written.band) == ("own", 2, None)
    assert written.stencil == (
        ((-1, 0), -sp.I * c),
        ((0, -1), sp.Symbol("v", real=True) / 2),
        ((0, 0), 2 * sp.I * c),
        ((0, 1), -sp.Symbol("v", real=True) / 2),
        ((1, 0), -sp.I * c),
    )
    named = network("tanh", "c*sin(k)/(2 + cos(k))", c="3/10").kernel
    assert named == read("[kernel]\nfrequency = 'c*sin(k)/(2 + cos(k))'\n[constants]\nc = '3/10'").kernel
    assert named.band is not None
    assert network(kernel="2*c*(1 - cos(k))", c="1/7").kernel.stencil == network(c="1/7").kernel.stencil


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[kernel]\nfrequency = 'cos(x)'",
            "m.toml: kernel.frequency: reading an expression: unknown name; got 'x'.",
        ),
        ("[kernel]\nfrequency = 'cos(k1)'", "unknown name; got 'k1'. Did you mean k?"),
        (
            "[kernel]\nfrequency = 'k**2'",
            "m.toml: kernel.frequency: Kernel 'own': the frequency must be 2 pi-periodic in k",
        ),
        (
            "[kernel]\nfrequency = '1/sin(k)'",
            "m.toml: kernel.frequency: Kernel 'own': the frequency must be real and finite",
        ),
        (
            "[kernel]\nfrequency = 'I*cos(k)'",
            "m.toml: kernel.frequency: Kernel 'own': the frequency must be real; got",
        ),
        (
            "[kernel]\nfrequency = 'cos(k)'\n[constants]\nc = 1",
            "m.toml: constants: setting a constant: unknown constant",
        ),
        (
            "[kernel]\nfrequency = 'cos(k)'\nstencil = {'1' = 1, '-1' = -1}",
            "m.toml: kernel.frequency: a kernel is given by its stencil or its frequency; got both.",
        ),
        ("[activation", "m.toml: a TOML file is needed; got"),
        ("\x00", "m.toml: a TOML file is needed; got"),
        ("a=" + "[" * 4000, "m.toml: a TOML file is needed; got nested too deeply"),
        ("[kernel]\ndimension = " + "1" * 5000, "m.toml: a TOML file is needed; got"),
        ("[activaton]", "m.toml: unknown section; got 'activaton'. Did you mean activation?"),
        ("c = 1", "m.toml: unknown section; got 'c'."),
        ("kernel = 3", "m.toml: kernel: a table is needed; got 3. Write [kernel], then its keys."),
        (
            "[kernel]\ndimention = 2",
            "m.toml: [kernel]: unknown key; got 'dimention'. Did you mean dimension?",
        ),
        (
            "[verification]\ndigit = 2",
            "m.toml: [verification]: unknown key; got 'digit'. Did you mean digits?",
        ),
        (
            "[verification]\ndigits = 0",
            "m.toml: verification.digits: a whole number 1 or more is needed; got 0.",
        ),
        (
            "[verification]\ndigits = '30'",
            "m.toml: verification.digits: a whole number 1 or more is needed; got '30'.",
        ),
        ("[kernel]\ndimension = 0", "m.toml: kernel.dimension: a whole number from 1 to 3 is needed; got 0."),
        (
            "[kernel]\ndimension = true",
            "m.toml: kernel.dimension: a whole number from 1 to 3 is needed; got True.",
        ),
        (
            "[kernel]\ndimension = 99",
            "m.toml: kernel.dimension: a whole number from 1 to 3 is needed; got 99.",
        ),
        (
            "[kernel]\nname = 'laplacain'",
            "m.toml: kernel: choosing a kernel: unknown kernel; got 'laplacain'. Did you mean laplacian?",
        ),
        ("[kernel]\nname = ['a']", "m.toml: kernel.name: text or a number is needed; got ['a']."),
        (
            "[kernel]\nstencil = {}",
            "m.toml: kernel.stencil: reading a stencil: from 1 to 1000 offsets are needed; got 0.",
        ),
        (
            "[kernel]\nstencil = {'x' = 1}",
            "an offset is one whole number of at most three digits per axis, for up to 3 axes; got 'x'.",
        ),
        ("[kernel]\nstencil = {'1' = '-1', '01' = '1'}", "each offset may occur once; got 01."),
        ("[kernel]\nstencil = {'1' = '1', '1,0' = '-1'}", "the stencil needs offsets of one dimension"),
        (
            "[kernel]\ndimension = 1\nstencil = {'0' = 'I'}",
            "the offsets of a stencil give the dimension; got both.",
        ),
        (
            "[kernel]\nname = 'ring'\nstencil = {'1' = 1, '-1' = 1}",
            "m.toml: kernel.stencil: Kernel 'ring': generator must be anti-Hermitian, A(-x) = -conj A(x); "
            "got A(-1) = 1, A(1) = 1. Multiply a symmetric stencil by i.",
        ),
        ("[kernel]\nstencil = {'0' = 'c*I'}\n[constants]\nd = 1", "unknown name; got 'c'."),
        ("[activation]\nname = 'algebriac'", "unknown activation; got 'algebriac'. Did you mean algebraic"),
        (
            "[activation]\ninverse = 'R'",
            "m.toml: activation.inverse: an inverse belongs to an own profile; got no profile.",
        ),
        (
            "[activation]\nprofile = '2*r/sqrt(1+r**2)'",
            "the gain rho'(0) must be 1; got 2. Divide the profile by 2.",
        ),
        ("[activation]\nprofile = 'r/(1+r)'", "m.toml: activation: Activation 'own': rho must be odd"),
        (
            "[activation]\nname = 'algebraic'\nprofile = 'tanh(r)'",
            "m.toml: activation.name: naming an own activation: the name of a built-in activation cannot label an own "
            "profile; got 'algebraic'. Choose another name, or leave out the profile.",
        ),
        (
            "[kernel]\nname = 'advection'\nstencil = {'0' = 'I'}",
            "m.toml: kernel.name: naming an own kernel: the name of a built-in kernel cannot label an own stencil",
        ),
        (
            "[activation]\nprofile = 'r'",
            "rho must be bounded; got rho = r, linear at every size.",
        ),
        ("[activation]\nprofile = 'r - r**3'", "must"),
        ("[activation]\nprofile = 'sinh(r)'", "must"),
        ("[activation]\nprofile = 'I*r/sqrt(1+r**2)'", "must"),
        ("[activation]\nprofile = 'r/sqrt(1+r^2)'", "the character '^' is not in the grammar"),
        (
            "[activation]\nprofile = '__import__(\"os\")'",
            "m.toml: activation.profile: reading an expression:",
        ),
        ("[activation]\nprofile = 'r/sqrt(1+q**2)'", "unknown name; got 'q'."),
        ("[activation]\nprofile = 'tanh(r)'\ninverse = 'asinh(R)'", "psi(rho(r)) = r must hold"),
        ("[constants]\nc = nan", "m.toml: constants.c: reading an expression: unknown name; got 'nan'."),
        ("[constants]\nc = true", "m.toml: constants.c: text or a number is needed; got True."),
        ("[constants]\nc = 'I'", "the constant c must be real; got I."),
        ("[constants]\nc = '9**9**9**9'", "m.toml: constants.c: reading an expression:"),
        ("[constants]\nd = 1", "m.toml: constants: setting a constant: unknown constant; got 'd'."),
        *(
            (
                f"[constants]\n{name} = 1",
                f"a name is needed that no symbol of the theory has; got '{name}', which stands for something",
            )
            for name in (
                "r",
                "R",
                "k",
                "q",
                "k2",
                "q1",
                "F",
                "I0",
                "Omega",
                "delta",
                "n",
                "lambda_",
                "j",
                "R0",
            )
        ),
        (
            "[kernel]\nstencil = {'0' = 'I/5'}",
            "m.toml: kernel.stencil: Kernel 'own': the stencil must couple sites: a coefficient other than 0 at an "
            "offset other than 0; got offset 0. Add a neighbour, or change the constants.",
        ),
        ("[kernel]\nstencil = {'1,0,0,0' = 'I', '-1,0,0,0' = 'I'}", "for up to 3 axes; got '1,0,0,0'"),
        (
            "[kernel]\nname = 'laplacian'\nfrequency = 'cos(k)'",
            "cannot label an own frequency; got 'laplacian'",
        ),
        (
            "[constants]\n'é' = 1",
            "a name of letters and digits is needed; got 'é'",
        ),
        ("[constants]\nc = 0", "m.toml: kernel: Kernel 'laplacian': the stencil must couple sites"),
        (
            "[kernel]\nstencil = {'1' = 'I*sin', '-1' = 'I*sin'}\n[constants]\nsin = 1",
            "m.toml: constants.sin: setting a constant: a name without a meaning of its own is needed; got 'sin'.",
        ),
    ],
)
def test_a_mistake_is_one_line_that_says_where(text: str, message: str) -> None:
    with pytest.raises(NearCriticalError) as caught:
        read(text)
    told = str(caught.value)
    assert message in told
    assert told.startswith("m.toml: ")
    assert "\n" not in told


def test_the_kind_of_error_is_kept() -> None:
    with pytest.raises(KernelError):
        read("[kernel]\nstencil = {'0' = 1}")
    with pytest.raises(ActivationError):
        read("[activation]\nprofile = 'r/2'")


def test_a_missing_file_is_told() -> None:
    with pytest.raises(
        NearCriticalError, match=r"absent.toml: a readable file is needed; got No such file or directory"
    ):
        load("absent.toml")


def test_arguments_are_read_as_a_file_is() -> None:
    assert network("r/sqrt(1 + a*r**2)", "advection", a=1, c="1/5").activation.valued.profile == r / sp.sqrt(
        1 + r**2
    )
    with pytest.raises(NearCriticalError, match=r"unknown constant; got 'd'"):
        network("tanh", d=1)
    with pytest.raises(
        NearCriticalError, match=r"constant c: .*not a float.*; got 0.3. Write it as text, '0.3'"
    ):
        network("tanh", c=0.3)
    with pytest.raises(NearCriticalError, match=r"unknown activation; got 'tan'. Did you mean tanh"):
        network("tan")


@given(st.text(max_size=40))
def test_any_text_is_a_network_or_a_refusal(text: str) -> None:
    try:
        outcome: Network | NearCriticalError = read(text)
    except NearCriticalError as refusal:
        outcome = refusal
    assert isinstance(outcome, Network) or "\n" not in str(outcome)


def test_equal_models_have_one_theory() -> None:
    """Nobody derives a law that is there already, nor does a process that is given the model with each task."""
    model = model_of_text(b'[activation]\nname = "tanh"\n', "m.toml")
    again = model_of_text(b'[activation]\nname = "tanh"\n', "m.toml")
    assert again is not model
    assert theory_of(again)["kernel_frequency"] is theory_of(model)["kernel_frequency"]
    assert theory_of(model_of_text(b"[kernel]\n", "m.toml")) is not theory_of(model)
