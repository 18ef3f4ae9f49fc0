"""Mathematics in the page."""

import re

import pytest

from nearcritical.report.mathml import equation, mathematics, sentence


def test_a_function_before_a_bare_argument_keeps_its_distance() -> None:
    assert '<mi>sin</mi><mspace width="0.167em"/><mi>' in mathematics(r"\sin k")
    assert "mspace" not in mathematics(r"\sin(k)")
    assert "mspace" not in mathematics(r"\sin\left(k\right)")


def test_a_function_with_a_script_keeps_its_structure() -> None:
    assert "<msub><mi>exp</mi><mi>&#x02217;</mi></msub>" in mathematics(r"\exp_{*}(A)")
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
        ("psi(R) = R + c R^(p+1) + ...", "ψ(_R_) = _R_ + _c_ _R_<sup>_p_+1</sup> + ..."),
        ("F -> 0+ and F << |delta|^(3/2)", "_F_ → 0+ and _F_ ≪ |δ|<sup>3/2</sup>"),
        ("cosh W - 1 = W^2/2 + ...", "cosh _W_ − 1 = _W_<sup>2</sup>/2 + ..."),
        ("moduli multiply to g_r g_t", "moduli multiply to _g_<sub>_r_</sub> _g_<sub>_t_</sub>"),
        ("modulus sqrt(g_r g_t), over sqrt 2", "modulus √(_g_<sub>_r_</sub> _g_<sub>_t_</sub>), over √2"),
        ("omega(q) = +- i W", "ω(_q_) = ± _i_ _W_"),
        ("e^(i omega_-) cos omega_+, so", "_e_<sup>_i_ ω<sub>-</sub></sup> cos ω<sub>+</sub>, so"),
        (
            "c_phi R_n^(-p), I0 and q0",
            "_c_<sub>φ</sub> _R_<sub>_n_</sub><sup>−_p_</sup>, _I_<sub>0</sub> and _q_<sub>0</sub>",
        ),
        ("M11, M12 and chi21", "_M_<sub>11</sub>, _M_<sub>12</sub> and χ<sub>21</sub>"),
        ("at I0 = 0.1, the law free_relaxation", "at _I_<sub>0</sub> = 0.1, the law free_relaxation"),
        ("|z|^2 = z zbar", "|_z_|<sup>2</sup> = _z_ z̄"),
        ("below r**7, not at it", "below _r_<sup>7</sup>, not at it"),
        ("e^(i (omega n + theta))", "_e_<sup>_i_ (ω _n_ + θ)</sup>"),
        ("0 <= R < 1", "0 ≤ _R_ &lt; 1"),
        ("the detuning is -omega(0)", "the detuning is −ω(0)"),
        ("e^(-i omega), omega(-q) and 1e-12", "_e_<sup>−_i_ ω</sup>, ω(−_q_) and 1e-12"),
        ("|P - R| = I0.", "|_P_ − _R_| = _I_<sub>0</sub>."),
        ("comparison of alphabets", "comparison of alphabets"),
        ("<script>", "&lt;script&gt;"),
        (
            "Delta_j, eta = R2/R1, k1 != k2",
            "Δ<sub>_j_</sub>, η = _R_<sub>2</sub>/_R_<sub>1</sub>, _k_<sub>1</sub> ≠ _k_<sub>2</sub>",
        ),
        ("F1, F2 -> 0+ or n -> oo", "_F_<sub>1</sub>, _F_<sub>2</sub> → 0+ or _n_ → ∞"),
        ("q = -2*pi/5", "_q_ = −2π/5"),
        ("by -n d omega/dk and -d omega/dq", "by −_n_ <i>d</i>ω/<i>dk</i> and −<i>d</i>ω/<i>dq</i>"),
        ("driven by epsilon e^(i Omega n)", "driven by ε _e_<sup>_i_ Ω _n_</sup>"),
        ("vanish below epsilon**2, not at it", "vanish below ε<sup>2</sup>, not at it"),
        ("X = -L'/L'', psi' and y'", "_X_ = −_L_′/_L_″, ψ′ and _y_′".replace("″", "′′")),
        ("sum A(x) e^(-i q.x); (A - 1)^2", "sum _A_(_x_) _e_<sup>−_i_ _q_·_x_</sup>; (_A_ − 1)<sup>2</sup>"),
        ("a wave; a v + b conj v, a = 1", "a wave; _a_ _v_ + _b_ conj _v_, _a_ = 1"),
        ("A wave; it's an odd-order kernel's A", "A wave; it&#39;s an odd-order kernel&#39;s _A_"),
    ],
)
def test_formulas_in_a_sentence(typed: str, shown: str) -> None:
    """_x_ stands for an x in italics."""
    assert sentence(typed) == re.sub(r"(?<![a-z])_(\w)_(?!rel)", r"<i>\1</i>", shown)


def test_phi_is_one_letter() -> None:
    assert "&#x003C6;" in mathematics(r"\phi(z)") and "&#x003D5;" not in mathematics(r"\phi(z)")
    assert "φ" in sentence("phi(z)")
    assert "&#x003B5;" in mathematics(r"\epsilon^2") and "ε" in sentence("epsilon")


def test_a_sign_of_a_term_is_one_and_an_index_stays() -> None:
    assert "&#x0002B;" in mathematics(r"\omega_+ \pm s")
    assert "<mo>&#x000B1;</mo><mi>s</mi>" in mathematics(r"\omega_+ \pm s")
    assert "<mo>" not in mathematics(r"\lambda_{\pm}")


def test_a_minus_sign_without_a_left_side_stays_close() -> None:
    text = mathematics(r"A(-1) = -c, -2 - 3")
    assert text.count('<mo form="prefix">&#x02212;</mo>') == 3
    assert text.count("<mo>&#x02212;</mo>") == 1


def test_an_equation_carries_its_sources() -> None:
    text = equation(r"\begin{aligned} a &< b \end{aligned}", "a < b")
    assert (
        '<annotation encoding="application/x-tex">\\begin{aligned} a &amp;&lt; b \\end{aligned}</annotation>'
        in text
    )
    assert text.endswith('<annotation encoding="text/x-python">a &lt; b</annotation></semantics></math>')
