"""Model files: what they give, and how each mistake is told."""

from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import ActivationError, KernelError, NearCriticalError
from analytics.network import Network
from analytics.notation import R, r
from nearcritical.model_file import load, model_of_text, network

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "model.toml"
c = sp.Symbol("c", real=True)


def read(text: str) -> Network:
    return model_of_text(text.encode(), "m.toml").network()


def test_the_example_is_the_default_network() -> None:
    assert load(EXAMPLE) == network("algebraic", "laplacian", c="3/10") == network()


def test_the_alternatives_in_the_example_work() -> None:
    """The lines that are commented out, put in the place of the others."""
    lines = EXAMPLE.read_text().splitlines()
    own = [
        line.removeprefix("# ")
        for line in lines
        if line.startswith(("# name =", "# profile =", "# inverse =", "# [kernel", '# "'))
    ]
    activation, kernel = own[:3], own[3:]
    constants = ["[constants]", 'a = "2"', 'b = "1/5"', 'c = "3/10"']
    model = read("\n".join(["[activation]", *activation, "[kernel]", *kernel, *constants]))
    assert model.name == "sextic/drifting"
    assert model.activation.profile == r / (1 + 2 * r**6) ** sp.Rational(1, 6)
    assert model.activation.inverse == R / (1 - 2 * R**6) ** sp.Rational(1, 6)
    assert (model.activation.order, model.activation.coefficient) == (6, sp.Rational(1, 3))
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
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
            "m.toml: kernel.stencil: reading a stencil: at least one offset is needed; got none.",
        ),
        (
            "[kernel]\nstencil = {'x' = 1}",
            "an offset is one whole number of at most three digits per axis; got 'x'.",
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
            "[activation]\nprofile = 'r'",
            "a nonlinearity of order p <= 16 is needed; got rho = r, linear to that order.",
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
        ("[constants]\nr = 1", "a name of letters and digits other than r and R is needed; got 'r'."),
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
    assert network("r/sqrt(1 + a*r**2)", "advection", a=1, c="1/5").activation.profile == r / sp.sqrt(
        1 + r**2
    )
    with pytest.raises(NearCriticalError, match=r"unknown constant; got 'd'"):
        network("tanh", d=1)
    with pytest.raises(NearCriticalError, match=r"unknown activation; got 'tan'. Did you mean tanh"):
        network("tan")


@given(st.text(max_size=40))
def test_any_text_is_a_network_or_a_refusal(text: str) -> None:
    try:
        outcome: Network | NearCriticalError = read(text)
    except NearCriticalError as refusal:
        outcome = refusal
    assert isinstance(outcome, Network) or "\n" not in str(outcome)
