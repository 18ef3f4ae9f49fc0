"""Words as LaTeX: no letter is lost, and none is left to the encoding of the source."""

from __future__ import annotations

from random import Random
from unicodedata import category, normalize

import pytest

from analytics.errors import GrammarError
from analytics.expressions.letters import GREEK, LETTERS, SIGNS, escaped, in_ascii


def test_signs_of_latex_are_words() -> None:
    assert escaped("a\\input{b}%_^~\nc") == (
        r"a\textbackslash{}input\{b\}\%\_\textasciicircum{}\textasciitilde{} c"
    )


@pytest.mark.parametrize(
    ("word", "latex"),
    [
        ("Poincaré", r"Poincar\'{e}"),
        ("Erdős", r"Erd\H{o}s"),
        ("Erdo\u030bs", r"Erd\H{o}s"),
        ("Wałęsa", r"Wa\l{}\k{e}sa"),
        ("Čech", r"\v{C}ech"),
        ("Ångström", r"\r{A}ngstr\"{o}m"),
        ("βΩ", r"\ensuremath{\beta}\ensuremath{\Omega}"),
        ("a–b → c", r"a--b \ensuremath{\rightarrow} c"),
    ],
)
def test_letters_have_commands(word: str, latex: str) -> None:
    assert escaped(word) == latex


def test_each_letter_has_a_command_of_its_own() -> None:
    known = [*LETTERS, *GREEK, *SIGNS]
    commands = [in_ascii(letter) for letter in known]
    assert len(set(commands)) == len(known) - 1  # the micro sign is a mu
    assert all(command.isascii() for command in commands)


@pytest.mark.parametrize("letter", ["ж", "网", "ά", "ế", "q\u0301", "😀"])
def test_a_letter_without_a_command_is_named(letter: str) -> None:
    with pytest.raises(GrammarError, match=r"Latin letters with one accent, .* got '.*' \(.*Rename"):
        escaped(f"a{letter}")


def test_no_letter_is_lost() -> None:
    """Letters drawn by lot are refused, or hold the letter that they are an accent on."""
    random, written = Random(5), 0
    for code in random.sample(range(0xA0, 0x2000), 3000):
        letter = normalize("NFC", chr(code))
        if category(letter[0]).startswith("L"):
            try:
                found = escaped(letter)
            except GrammarError:
                continue
            written += 1
            base = normalize("NFD", letter)[0]
            assert found.isascii() and (base in found or letter in {*LETTERS, *GREEK, *SIGNS})
    assert written > 100
