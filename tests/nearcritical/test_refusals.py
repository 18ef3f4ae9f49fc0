"""Bad inputs, each with its complete message: the operation, the requirement, what was received, the remedy."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from mpmath import ldexp
from sympy import Float, Integer, Rational, Symbol, cos, tanh

from analytics.export.formats import law_from_record, law_record
from analytics.expressions.notation import r
from analytics.expressions.parameter import exact_number
from derivations.kernel import kernel_frequency
from derivations.single_oscillation import forced_amplitude
from nearcritical import (
    Activation,
    Background,
    Kernel,
    Lattice,
    NearCriticalError,
    Network,
    Oscillation,
    derive,
    exponent,
    export,
    load,
    measure,
    network,
    simulate,
    verify,
)
from nearcritical.cli.main import main

LAW = forced_amplitude(network())
RECORD = law_record(LAW)
X, Y = Symbol("a", real=True), Symbol("y", real=True)
RING = (((1,), X), ((-1,), -X))

COMMANDS = [
    (["laws", "--activation", "r/(1+r)"], "nearcritical: Activation 'own': rho must be odd, phi smooth at 0; got a term -r**2, with which p would be 1. Use even powers of r beside the first."),
    (["laws", "--activation", "2*r/sqrt(1+r**2)"], "nearcritical: Activation 'own': the gain rho'(0) must be 1; got 2. Divide the profile by 2."),
    (["laws", "--activation", "tanh(r)/sqrt(2)"], "nearcritical: Activation 'own': the gain rho'(0) must be 1; got sqrt(2)/2. Divide the profile by sqrt(2)/2."),
    (["laws", "--activation", "1 - exp(-r)"], "nearcritical: Activation 'own': rho must be odd, phi smooth at 0; got a term -r**2/2, with which p would be 1. Use even powers of r beside the first."),
    (["laws", "--activation", "r/(1+r**2)"], "nearcritical: Activation 'own': rho must increase; got rho(1.000) = 0.500000 and rho(1.155) = 0.494867. Choose an increasing profile."),
    (["laws", "--activation", "r/(1+r**(3/2))**(2/3)"], "nearcritical: Activation 'own': rho must be smooth at 0; got rho = r/(r**(3/2) + 1)**(2/3), whose Taylor series is not found. Choose a profile with a Taylor series in odd powers of r."),
    (["laws", "--activation", "asinh(r)"], "nearcritical: Activation 'own': rho must be bounded; got rho = asinh(r), whose limit is oo. Choose a profile that saturates."),
    (["laws", "--activation", "tanh(r + r**3)"], "nearcritical: Activation 'own': rho must stay below r; got rho = r + 2*r**3/3 + .... Choose a profile that bends down, and stays below the identity."),
    (["laws", "--activation", "I*r/sqrt(1+r**2)"], "nearcritical: Activation 'own': rho must be real and finite; got rho = I*r/sqrt(r**2 + 1), which is not at r = 0.001000. Choose a real profile without poles."),
    (["laws", "--activation", "where(r < 1, r, 1)"], "nearcritical: Activation 'own': rho must be one smooth formula, without case distinctions, moduli or variable exponents; got the part Piecewise((r, r < 1), (1, True)). Write it with sqrt, exp, tanh and the like."),
    (["laws", "--activation", "r/(1+r**20)**(1/20)"], "nearcritical: Activation 'own': a nonlinearity of order p <= 16 is needed; got rho = r/(r**20 + 1)**(1/20), linear to that order. Choose a profile that bends earlier."),
    (["laws", "--activation", "r"], "nearcritical: Activation 'own': rho must be bounded; got rho = r, linear at every size. Choose a profile that saturates."),
    (["laws", "--kernel", "k"], "nearcritical: Kernel 'own': the frequency must be 2 pi-periodic in k; got k. Write it in sines and cosines of whole multiples of the wavenumbers."),
    (["laws", "--set", "z=1"], "nearcritical: setting a constant: a name is needed that no symbol of the theory has; got 'z', which stands for something in the theory's equations. Rename it."),
    (["evaluate", "two_tone_amplitudes"], "nearcritical: law 'two_tone_amplitudes': F1 (amplitude of the first forcing), F2 (amplitude of the second forcing) must be given; got no value. Add F1=VALUE F2=VALUE."),
    (["laws", "--activation", "r^2"], "nearcritical: reading an expression: the character '^' is not in the grammar; got 'r^2'. Write powers with **."),
    (["laws", "--activation", "s*tanh(r)"], "nearcritical: Activation 'own': the constant s must have a value, for this or for rho to be a sigmoid; got none. Set s."),
    (["evaluate", "forced_amplitude", "--at", "F=1", "--activation", "tanh(s*r)/s"], "nearcritical: Activation 'own': the constant s must have a value, for this or for rho to be a sigmoid; got none. Set s."),
    (["laws", "--activation", ""], "nearcritical: reading an expression: an expression is needed; got ''. Write a number or a formula."),
    (["laws", "--kernel", ""], "nearcritical: reading an expression: an expression is needed; got ''. Write a number or a formula."),
    (["laws", "--kernel", "laplace"], "nearcritical: choosing a kernel: unknown kernel; got 'laplace'. Did you mean laplacian?"),
    (["laws", "--dimension", "4"], "nearcritical: network: dimension: a whole number from 1 to 3 is needed; got 4. Change it."),
    (["laws", "--set", "c=9**9**9**9"], "nearcritical: reading an expression: numbers have at most 3250 digits and exponents stay below 10000; got '9**9**9**9'. Choose smaller powers."),
    (["laws", "--set", "c=1e999999999"], "nearcritical: reading an expression: numbers have at most 3250 digits; got '1e999999999'. Round it, or scale the unit."),
    (["laws", "--set", "c=I"], "nearcritical: Kernel 'laplacian': the constant c must be real; got I. Write i into the stencil."),
    (["laws", "--set", "c=nan"], "nearcritical: reading an expression: unknown name; got 'nan'. Known: pi, I, E."),
    (["laws", "--set", "c=1/0"], "nearcritical: reading an expression: division by zero; got '1/0'. Check the denominator."),
    (["laws", "--set", "c=__import__('os')"], 'nearcritical: reading an expression: the character "\'" is not in the grammar; got "__import__(\'os\')". Use numbers, names, + - * / ** and parentheses.'),
    (["laws", "--set", "c"], "nearcritical laws: --set takes NAME=VALUE, got 'c'. See 'nearcritical laws --help'."),
    (["laws", "--set", "c=1", "--set", "c=2"], "nearcritical laws: --set sets c twice. See 'nearcritical laws --help'."),
    (["laws", "--set", "pi=3"], "nearcritical: setting a constant: a name without a meaning of its own is needed; got 'pi'. Rename it."),
    (["evaluate", "forced_amplitud", "--at", "F=1"], "nearcritical: deriving a law of algebraic/laplacian: unknown law; got 'forced_amplitud'. Did you mean forced_amplitude or forced_amplitude_taylor or detuned_amplitude? See 'nearcritical laws'."),
    (["evaluate", "forced_amplitude", "--at", "F=-1"], "nearcritical: law 'forced_amplitude': F (amplitude of the forcing) must lie in [0, oo); got -1. Choose F inside that domain."),
    (["evaluate", "forced_amplitude"], "nearcritical: law 'forced_amplitude': F (amplitude of the forcing) must be given; got no value. Add F=VALUE."),
    (["evaluate", "forced_amplitude", "--at", "F=1", "--digits", "1000000"], "nearcritical: evaluating 'forced_amplitude': digits must be a whole number from 1 to 100000; got 1000000. Ask for 50."),
    (["verify", "kernel_frequency", "--digits", "1000000000"], "nearcritical: verifying: digits must be a whole number from 1 to 100000; got 1000000000. Ask for 50."),
    (["report", "--digits", "1000000000"], "nearcritical: verifying: digits must be a whole number from 1 to 100000; got 1000000000. Ask for 50."),
    (["exponents", "--digits", "1000000000"], "nearcritical: measuring exponents: digits must be a whole number from 1 to 100000; got 1000000000. Ask for 50."),
    (["evaluate", "forced_amplitude", "--at", "F=2 3"], "nearcritical: reading an expression: the text must be one complete expression; got '2 3'. Look for a missing operand or parenthesis."),
    (["exponents", "forced_amplitud"], "nearcritical: choosing an exponent: unknown observable; got 'forced_amplitud'. Did you mean forced_amplitude or detuned_amplitude? See 'nearcritical exponents --help'."),
    (["laws", "--modulation", "cos(2*pi*s)"], "nearcritical: modulation: p(s) must be above 0 everywhere; got -1 at s = 1/2. Add a constant."),
    (["laws", "--modulation", "2 + cos(s)"], "nearcritical: modulation: p(s + 1) = p(s) must hold; got cos(s) + 2. Use sin and cos of 2*pi*s, 4*pi*s, ..."),
    (["laws", "--modulation", "2 + x"], "nearcritical: reading an expression: unknown name; got 'x'. Known: s, pi, I, E."),
    (["laws", "--modulation", "2 + cos(2*pi*s)", "--model", "m.toml"], "nearcritical laws: --model describes the network and excludes --modulation. See 'nearcritical laws --help'."),
    (["evaluate", "nolaw"], "nearcritical: deriving a law of algebraic/laplacian: unknown law; got 'nolaw'. The nearest of 36 are largest_growth, complex_wavenumber, resonance_bandwidth. See 'nearcritical laws'."),
    (["check", "R = F", "--observable", "nope"], "nearcritical: measuring: unknown observable; got 'nope'. The nearest of 34 are group_velocity, leak_phase_slope, propagator. See 'nearcritical laws'."),
    (["exponents", "nope"], "nearcritical: choosing an exponent: unknown observable; got 'nope'. Known: forced_amplitude, detuned_amplitude, resonance_bandwidth, relaxation_time, propagation_length, evanescent_length, free_relaxation, static_leak."),
    (["check", "R = (2*F)**0.3333333", "--observable", "forced_amplitude"], "nearcritical: reading an expression: numbers are raised to whole powers and to fractions of a short denominator; got '(2*F)**0.3333333'. Round the exponent, to 1/3 for example."),
    (["check", "R = F", "--observable", "forced_amplitude", "--branch", "7"], "nearcritical: checking a formula of forced_amplitude: a branch numbers one of several values, and R has one value at F = 1/100, delta = 0, k = pi/4; got branch 7. Leave the branch out."),
    (["export", "--format", "pdf"], "nearcritical export: Invalid value for '--format': 'pdf' is not one of 'latex', 'json', 'python', 'numpy', 'c', 'javascript'. See 'nearcritical export --help'."),
    (["laws", "--model", "absent.toml"], "nearcritical: absent.toml: a readable file is needed; got No such file or directory. Check the path."),
    (["derive", "--out", "/dev/null/laws"], "nearcritical: writing: a writable place is needed; got /dev/null/laws (/dev/null is no directory that can be written to). Choose another."),
    (["report", "--activation", "sinh(r)", "--out", "never"], "nearcritical: Activation 'own': rho must stay below r; got rho = r + r**3/6 + .... Choose a profile that bends down, and stays below the identity."),
    (["verify", "--activation", "tanh(2*r)", "--json", "never.json"], "nearcritical: Activation 'own': the gain rho'(0) must be 1; got 2. Divide the profile by 2."),
]  # fmt: skip

FILES = [
    ("[kernel]\ndimension = 0x" + "F" * 6000, "nearcritical: m.toml: kernel.dimension: a whole number from 1 to 3 is needed; got a value too long to show. Change it."),
    ("[constants]\nc = 0x" + "F" * 6000, 'nearcritical: m.toml: constants.c: text or a number is needed; got a value too long to show. Write it as text, "3/10".'),
    ('[constants]\nc = inf', "nearcritical: m.toml: constants.c: reading an expression: unknown name; got 'inf'. Known: pi, I, E."),
    ('[constants]\nc = 1979-05-27', 'nearcritical: m.toml: constants.c: text or a number is needed; got datetime.date(1979, 5, 27). Write it as text, "3/10".'),
    ('[constants]\nc = "\\u001b[2J"', "nearcritical: m.toml: constants.c: reading an expression: the character '\\x1b' is not in the grammar; got '\\x1b[2J'. Use numbers, names, + - * / ** and parentheses."),
    ("[kernel]\nname = 'ring'\nstencil = {'1' = 1, '-1' = 1}", "nearcritical: m.toml: kernel.stencil: Kernel 'ring': generator must be anti-Hermitian, A(-x) = -conj A(x); got A(-1) = 1, A(1) = 1. Multiply a symmetric stencil by i."),
    ("[kernel]\nstencil = {'1' = 'c**c**c', '-1' = '-c**c**c'}\n[constants]\nc = 1000", "nearcritical: m.toml: kernel.stencil.'1': reading an expression: numbers have at most 3250 digits and exponents stay below 10000; got 'c**c**c'. Choose smaller powers."),
    ("[kernel]\nstencil = {'1,0' = 1, '-1' = -1}", "nearcritical: m.toml: kernel.stencil: Kernel 'own': the stencil needs offsets of one dimension; got [(-1,), (1, 0)]. Give every offset as many whole numbers as the lattice has dimensions."),
    ("[kernel]\nstencil = {'1e9' = 1}", 'nearcritical: m.toml: kernel.stencil.\'1e9\': reading a stencil: an offset is one whole number of at most three digits per axis, for up to 3 axes; got \'1e9\'. Write "1" on a ring, "1,0" on a torus.'),
    ("[activation]\nprofile = 'r/(1 + a*r**3)'", "nearcritical: m.toml: activation: Activation 'own': the constant a must have a value, for this or for rho to be a sigmoid; got none. Set a."),
    ("[activation]\nprofile = 'r*a**b'\n[constants]\na = '9**3000'\nb = '9**3000'", "nearcritical: m.toml: activation.profile: reading an expression: numbers have at most 3250 digits and exponents stay below 10000; got 'r*a**b'. Choose smaller powers."),
    ("[activation]\nprofile = 'tanh(r)'\ninverse = 'asinh(R)'", "nearcritical: m.toml: activation: Activation 'own': psi(rho(r)) = r must hold; got psi = asinh(R). Leave the inverse out to have it found."),
    ("[activation]\ninverse = 'R'", "nearcritical: m.toml: activation.inverse: an inverse belongs to an own profile; got no profile. Add profile = ..."),
    ("a" + ".a" * 1000 + " = 1", "nearcritical: m.toml: keys have at most 20 parts; got 1000 dots. Shorten it."),
    ('[verification]\ndigits = 1e3', "nearcritical: m.toml: verification.digits: a whole number 1 or more is needed; got '1e3'. Change it."),
    ('[kernel\n', "nearcritical: m.toml: a TOML file is needed; got Expected ']' at the end of a table declaration (at line 1, column 8). Compare examples/model.toml."),
    ("# nothing", "nearcritical: m.toml: a model file must describe a network; got an empty one. Give [activation], [kernel], [constants], [modulation], [verification]."),
    ("[modulation]\nshape = '2 - 3*sin(2*pi*s)'", "nearcritical: m.toml: modulation.shape: modulation: p(s) must be above 0 everywhere; got -1 at s = 1/4. Add a constant."),
    ('[kernal]\n', "nearcritical: m.toml: unknown section; got 'kernal'. Did you mean kernel?"),
    ("[activation]\nprofile = '''" + "r + " * 600 + "r'''", "nearcritical: m.toml: activation.profile: at most 2000 characters are read; got 2401. Shorten it."),
]  # fmt: skip

CALLS: list[tuple[Callable[[], object], str]] = [
    (lambda: network(3), "ModelError: network: the activation is given by name; got 3. Give text."),
    (lambda: network("tanh", c=Decimal("1e999999999")), "ParameterError: constant c: a finite exact number is needed; got Decimal('1E+999999999'). Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number."),
    (lambda: network(c=float("nan")), "ParameterError: constant c: a finite exact number is needed; got nan. Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number."),
    (lambda: network(c=10**5000), "GrammarError: writing an expression: numbers have at most 3250 digits; got 16610 bits. Round it."),
    (lambda: network(c=1 + 2j), "ParameterError: constant c: a finite exact number is needed; got (1+2j). Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number."),
    (lambda: network("tanh", d=1), "UnknownNameError: setting a constant: unknown constant; got 'd'. Known: c."),
    (lambda: load("a\0b"), 'ModelError: a\\x00b: a readable file is needed; got embedded null byte. Check the path.'),
    (lambda: load("."), "ModelError: .: a readable file is needed; got Is a directory. Check the path."),
    (lambda: Activation("own", "tanh(r)"), "ActivationError: Activation 'own': rho must be a SymPy expression; got 'tanh(r)'. Use network(...) to read text."),
    (lambda: Activation("own", tanh(1.0 * r)), "ActivationError: Activation 'own': the numbers in rho must be exact; got rho = tanh(1.0*r). Write fractions, such as 1/2 for 0.5."),
    (lambda: Activation("own", tanh(Symbol("a") * r)), "ActivationError: Activation 'own': rho may depend on r alone; got rho = tanh(a*r) with a. Give every other constant a value."),
    (lambda: Kernel("own", ()), "KernelError: Kernel 'own': the stencil needs offsets of one dimension; got []. Give every offset as many whole numbers as the lattice has dimensions."),
    (lambda: LAW.evaluate({"F": True}), "ParameterError: law 'forced_amplitude': F: a finite exact number is needed; got True. Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number."),
    (lambda: LAW.evaluate({"F": 1}, digits="50"), "PrecisionError: evaluating 'forced_amplitude': digits must be a whole number from 1 to 100000; got '50'. Write 50."),
    (lambda: LAW.evaluate({"F": 1}, digits=0), "PrecisionError: evaluating 'forced_amplitude': digits must be a whole number from 1 to 100000; got 0. Ask for 50."),
    (lambda: measure("amplitude", network(), {}), "UnknownNameError: measuring: unknown observable; got 'amplitude'. Did you mean forced_amplitude or detuned_amplitude or two_tone_amplitudes? See 'nearcritical laws'."),
    (lambda: export([LAW], "html"), "UnknownNameError: exporting laws: unknown format; got 'html'. Known: latex, json, python, numpy, c, javascript."),
    (lambda: export([kernel_frequency(Network(Activation("ж", tanh(r)), network().kernel))], "latex", steps=True), "GrammarError: writing LaTeX: Latin letters with one accent, Greek letters and common signs have commands there; got 'ж' (CYRILLIC SMALL LETTER ZHE). Rename what has it, or take a format that is not LaTeX."),
    (lambda: law_from_record({}, network()), "LawError: reading a law: a record as `law_record` writes it is needed; got KeyError 'network'. Write the record anew."),
    (lambda: law_from_record(RECORD, network("tanh")), "LawError: reading a law: its record must be of tanh/laplacian, with its constants; got algebraic/laplacian. Leave the network out."),
    (lambda: law_from_record(RECORD | {"network": {"name": "tanh/laplacian"}}), "ModelError: reading a network: a record as `network_record` writes it is needed; got KeyError 'activation'. Write the record anew."),
    (lambda: law_from_record({**RECORD, "codomain": "(0, I)"}, network()), "LawError: reading a law: a record as `law_record` writes it is needed; got ValueError Non-real intervals are not supported. Write the record anew."),
    (lambda: law_from_record({**RECORD, "subject": {"symbol": "__class__()", "kind": "real"}}, network()), "GrammarError: reading a law: a symbol is a name; got '__class__()'. Use letters and digits."),
    (lambda: law_from_record({**RECORD, "equation": {"left": "R", "right": "9**9**9**9"}}, network()), "GrammarError: reading an expression: numbers have at most 3250 digits and exponents stay below 10000; got '9**9**9**9'. Choose smaller powers."),
    (lambda: law_from_record({**RECORD, "meaning": 3}, network()), "LawError: reading a law: a record as `law_record` writes it is needed; got TypeError meaning is no text. Write the record anew."),
    (lambda: exact_number(ldexp(1, 10**12)), "ParameterError: reading a number: a finite exact number is needed; got mpf('9.5762442314927433e+301029995663'). Give text such as '1/100' or '1e-40', an int, a Fraction or a SymPy number."),
    (lambda: network(None), "ModelError: network: the activation is given by name; got None. Give text."),
    (lambda: network(kernel=None), "ModelError: network: the kernel is given by name; got None. Give text."),
    (lambda: derive(None), "NearCriticalError: deriving: a network is needed; got None. Give network('algebraic', 'laplacian', c='3/10')."),
    (lambda: Network("tanh", "laplacian"), "ModelError: Network: the activation must be of the class Activation; got 'tanh'. Use network(...) to choose one by name."),
    (lambda: Network(network().activation, "laplacian"), "ModelError: Network: the kernel must be of the class Kernel; got 'laplacian'. Use network(...) to choose one by name."),
    (lambda: LAW.compile(None), "UnknownNameError: compiling 'forced_amplitude': unknown target; got None. Known: numpy, mpmath."),
    (lambda: export([LAW], None), "UnknownNameError: exporting laws: unknown format; got None. Known: latex, json, python, numpy, c, javascript."),
    (lambda: LAW.evaluate(None), "ParameterError: law 'forced_amplitude': the point is a mapping of names to values; got None. Give {\"F\": \"1/100\"}, or {}."),
    (lambda: verify(None), "LawError: verifying: laws are needed; got None. Give derive(network), or laws of it."),
    (lambda: measure("forced_amplitude", None, {}), "NearCriticalError: measuring forced_amplitude: a network is needed; got None. Give network('algebraic', 'laplacian', c='3/10')."),
    (lambda: measure("forced_amplitude", network(), None), "ParameterError: measuring forced_amplitude: the point is a mapping of names to values; got None. Give {\"F\": \"1/100\"}, or {}."),
    (lambda: Kernel("own", None), "KernelError: Kernel 'own': the stencil must be a tuple of pairs; got None. Write (((1,), a), ((-1,), b)) for a stencil, ((c, value),) for constants."),
    (lambda: Kernel("own", (((0,), 1j),)), "KernelError: Kernel 'own': the value of (0,) in the stencil must be an exact SymPy expression; got 1j. Write sympy.Rational(1, 2) for 0.5, sympy.I for 1j."),
    (lambda: Kernel("own", (((1,), Float("0.5")), ((-1,), Float("-0.5")))), "KernelError: Kernel 'own': the value of (1,) in the stencil must be an exact SymPy expression; got 0.500000000000000. Write sympy.Rational(1, 2) for 0.5, sympy.I for 1j."),
    (lambda: Kernel("own", (((0.5,), Integer(1)), ((-0.5,), Integer(-1)))), "KernelError: Kernel 'own': an offset is a tuple of whole numbers; got (0.5,). Write (1,) on a ring, (1, 0) on a torus."),
    (lambda: Kernel("own", RING, ((X, Float("0.5")),)), "KernelError: Kernel 'own': the value of a in the constants must be an exact SymPy expression; got 0.500000000000000. Write sympy.Rational(1, 2) for 0.5, sympy.I for 1j."),
    (lambda: Kernel("own", RING, ((X, Y),)), "KernelError: Kernel 'own': the constant a must be a number; got y. Give every constant a value."),
    (lambda: Kernel("own", RING, ((X, Rational(1, 2)), ("y", Rational(1, 2)))), "KernelError: Kernel 'own': a constant is named by a symbol; got 'y'. Use sympy.Symbol."),
    (lambda: Kernel.from_frequency("own", "cos(k)"), "KernelError: Kernel 'own': the frequency must be an exact SymPy expression; got 'cos(k)'. Write sympy.Rational(1, 2) for 0.5, sympy.I for 1j."),
    (lambda: Kernel.from_frequency("own", 0.5 * cos(Symbol("k", real=True))), "KernelError: Kernel 'own': the frequency must be an exact SymPy expression; got 0.5*cos(k). Write sympy.Rational(1, 2) for 0.5, sympy.I for 1j."),
]  # fmt: skip


def refused(arguments: list[str]) -> str:
    """The one line on standard error of a command that ends with code 2."""
    result = CliRunner().invoke(main, arguments, prog_name="nearcritical")
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr.rstrip("\n")


@pytest.mark.parametrize(("arguments", "message"), COMMANDS)
def test_a_command_is_refused(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: Callable[[], AbstractContextManager[None]],
) -> None:
    monkeypatch.chdir(tmp_path)
    # naming a law takes the theory of the network, of which the derivation is a part
    with nullcontext() if arguments[0] in ("evaluate", "exponents") else at_once():
        assert refused(arguments) == message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "message"), FILES)
def test_a_model_file_is_refused(
    text: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at_once: Callable[[], AbstractContextManager[None]],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.toml").write_text(text, encoding="utf-8")
    with at_once():
        assert refused(["report", "--model", "m.toml", "--out", "never"]) == message
    assert [path.name for path in tmp_path.iterdir()] == ["m.toml"]


@pytest.mark.parametrize(("call", "message"), CALLS)
def test_a_call_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(NearCriticalError) as caught:
        call()
    assert f"{type(caught.value).__name__}: {caught.value}" == message


@pytest.mark.parametrize("name", [None, 3, ("forced_amplitude",)])
def test_what_is_no_text_names_no_law(name: object) -> None:
    with pytest.raises(NearCriticalError, match="unknown law"):
        derive(network())[name]


@pytest.mark.parametrize("name", [None, 3, ("forced_amplitude",)])
def test_what_is_no_text_names_no_observable(name: object) -> None:
    with pytest.raises(NearCriticalError, match="unknown observable"):
        measure(name, network(), {})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: derive("algebraic"), "deriving: a network is needed; got 'algebraic'."),
        (lambda: verify("forced_amplitude"), "verifying: laws are needed; got 'forced_amplitude'."),
        (lambda: exponent("forced_amplitude"), "exponent: a law is needed; got 'forced_amplitude'."),
        (lambda: export("forced_amplitude", "latex"), "exporting laws: laws are needed; got 'forced_amplitude'."),
        (lambda: export([3], "json"), "exporting laws: laws are needed; got 3."),
        (lambda: simulate(network(), 16, Background("1/10"), 10), "lattice: the shape is one whole number of sites per axis; got 16. Write (16,)."),
        (lambda: simulate(network(), (16,), Background("1/10"), "10"), "simulation: the number of steps must be a whole number from 0 on; got '10'."),
        (lambda: Lattice(network(dimension=2), "16"), "lattice: the shape is one whole number of sites per axis; got '16'. Write (16, 16)."),
        (lambda: Oscillation("1/100", "pi/4"), "oscillatory input: the wavevector has one component per axis; got 'pi/4'. Write ('pi/4',)."),
        (lambda: measure("forced_amplitude", network(), {"F": 1}, digits="40"), "digits must be a whole number from 1 to 100000; got '40'. Write 40."),
        (lambda: LAW.subs({Symbol("G"): 1}), "law 'forced_amplitude': unknown symbol of the equation; got 'G'."),
        (lambda: LAW.subs({"F": 0.01}), "law 'forced_amplitude': F: an exact number is needed, not a float"),
        (lambda: simulate(network(), (16,), 0.01, 10), "simulation: an input is needed; got 0.01."),
        (lambda: simulate(network(), (16,), Background(0.01), 10), "uniform input: amplitude: an exact number"),
        (lambda: network(c=0.3), "constant c: an exact number is needed, not a float"),
        (lambda: measure("forced_amplitude", network(), {"F": 0.01}), "F: an exact number is needed, not a float"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_one_line(call: Callable[[], object], message: str) -> None:
    with pytest.raises(NearCriticalError) as caught:
        call()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
