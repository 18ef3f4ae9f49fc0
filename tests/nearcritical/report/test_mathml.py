"""Mathematics in the page."""

import pytest

from nearcritical.report.mathml import mathematics, sentence


def test_a_function_before_a_bare_argument_keeps_its_distance() -> None:
    assert '<mi>sin</mi><mspace width="0.167em"/><mi>' in mathematics(r"\sin k")
    assert "mspace" not in mathematics(r"\sin(k)")
    assert "mspace" not in mathematics(r"\sin\left(k\right)")


def test_a_function_with_a_script_keeps_its_structure() -> None:
    assert "<msub><mi>exp</mi><mi>&#x0229B;</mi></msub>" in mathematics(r"\exp_{\circledast}(A)")
    assert "<msup><mi>sin</mi><mn>2</mn></msup><mspace" in mathematics(r"\sin^2 k")


def test_names_are_identifiers() -> None:
    assert "<mi>atanh</mi>" in mathematics(r"\operatorname{atanh}(R)")
    assert "<mi>atan2</mi>" in mathematics(r"R \operatorname{atan2}\left(x, y\right)")
    assert "<mi>arg</mi>" in mathematics(r"\arg z")


def test_no_command_is_left_over() -> None:
    text = mathematics(r"F^2 = 4\psi(R) R \sin^2\tfrac{\delta}{2} + O(F^{5/3}) \pmod{2\pi}", display=True)
    assert "\\" not in text
    assert 'display="block"' in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("psi(R) = R + c R^(p+1) + ...", "ψ(R) = R + c R<sup>p+1</sup> + ..."),
        ("F -> 0+ and F << |delta|^(3/2)", "F → 0+ and F ≪ |δ|<sup>3/2</sup>"),
        ("cosh W - 1 = W^2/2 + ...", "cosh W − 1 = W<sup>2</sup>/2 + ..."),
        ("moduli multiply to g_r g_t", "moduli multiply to g<sub>r</sub> g<sub>t</sub>"),
        ("modulus sqrt(g_r g_t), over sqrt 2", "modulus √(g<sub>r</sub> g<sub>t</sub>), over √2"),
        ("omega(q) = +- i W", "ω(q) = ± i W"),
        ("e^(i omega_-) cos omega_+, so", "e<sup>i ω<sub>-</sub></sup> cos ω<sub>+</sub>, so"),
        (
            "c_phi R_n^(-p), I0 and q0",
            "c<sub>φ</sub> R<sub>n</sub><sup>−p</sup>, I<sub>0</sub> and q<sub>0</sub>",
        ),
        ("M11, M12 and chi21", "M<sub>11</sub>, M<sub>12</sub> and χ<sub>21</sub>"),
        ("at I0 = 0.1, the law free_relaxation", "at I<sub>0</sub> = 0.1, the law free_relaxation"),
        ("|z|^2 = z zbar", "|z|<sup>2</sup> = z z̄"),
        ("below r**7, not at it", "below r<sup>7</sup>, not at it"),
        ("e^(i (omega n + theta))", "e<sup>i (ω n + θ)</sup>"),
        ("0 <= R < 1", "0 ≤ R &lt; 1"),
        ("the detuning is -omega(0)", "the detuning is −ω(0)"),
        ("e^(-i omega), omega(-q) and 1e-12", "e<sup>−i ω</sup>, ω(−q) and 1e-12"),
        ("|P - R| = I0.", "|P − R| = I<sub>0</sub>."),
        ("comparison of alphabets", "comparison of alphabets"),
        ("<script>", "&lt;script&gt;"),
    ],
)
def test_formulas_in_a_sentence(typed: str, shown: str) -> None:
    assert sentence(typed) == shown


def test_phi_is_one_letter() -> None:
    assert "&#x003C6;" in mathematics(r"\phi(z)") and "&#x003D5;" not in mathematics(r"\phi(z)")
    assert "φ" in sentence("phi(z)")


def test_a_sign_of_a_term_is_one_and_an_index_stays() -> None:
    assert "&#x0002B;" in mathematics(r"\omega_+ \pm s")
    assert "<mo>&#x000B1;</mo><mi>s</mi>" in mathematics(r"\omega_+ \pm s")
    assert "<mo>" not in mathematics(r"\lambda_{\pm}")
