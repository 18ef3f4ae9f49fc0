"""A law with a remainder says so wherever the command line gives a number."""

import json
from random import Random

import mpmath
import pytest
from click.testing import CliRunner
from mpmath import mpf

from nearcritical.cli.main import main
from nearcritical.results.written import kept_digits

AT = ("resonant_amplitude", "--at", "F=3/100")
FORMULA = "0.37686991883308313610"
"""(3/50)**(1/3) - 3/200 + (3/50)**(5/3)/24 to 20 digits; the exact amplitude is 0.37686963801."""


def evaluated(*arguments: str) -> tuple[str, str]:
    found = CliRunner().invoke(main, ["evaluate", *arguments])
    assert found.exit_code == 0
    return found.stdout, found.stderr


def test_as_many_digits_as_the_next_term_leaves() -> None:
    assert evaluated(*AT) == ("R = 0.37687 + O(F**3)\n", "")


def test_all_digits_of_the_formula_on_request() -> None:
    first, second = evaluated(*AT, "--digits", "20")[0].splitlines()
    assert first == "R = 0.37687 + O(F**3)"
    assert second == f"  = {FORMULA} + O(F**3), the formula to 20 digits"


def test_an_enclosure_is_of_the_formula() -> None:
    shown, _ = evaluated(*AT, "--digits", "10", "--enclosure")
    assert shown.endswith("(proved of the formula without O(F**3), whose next term is -2.81e-7)\n")


@pytest.mark.parametrize("options", [(), ("--enclosure",)])
def test_the_record_has_remainder_and_next_term(options: tuple[str, ...]) -> None:
    record = json.loads(evaluated(*AT, "--json", *options)[0])
    assert (record["remainder"], record["terms_decrease"]) == ("F**3", True)
    assert [value["next_term"] for value in record["values"]] == ["-2.81e-7"]


def test_a_warning_where_the_terms_do_not_decrease() -> None:
    shown, warning = evaluated("resonant_amplitude", "--at", "F=5")
    assert shown == "R = 2 + O(F**3)\n"
    assert warning.startswith("nearcritical: warning: the terms of resonant_amplitude do not decrease")


def test_an_exact_law_is_shown_as_it_was() -> None:
    shown, _ = evaluated("forced_amplitude", "--at", "F=1/100", "--digits", "20")
    assert shown == "R = 0.26650315177146500406\n"


def test_the_digits_shown_are_all_that_the_next_term_leaves() -> None:
    """Of random numbers and changes: a tenth of the last digit at most, and one digit more would be too many."""
    random = Random(7)
    for _ in range(2000):
        value, change = (random.choice((1, -1)) * 10 ** random.uniform(-30, 30) for _ in range(2))
        digits = kept_digits(mpf(value), mpf(change), 40)
        first = mpmath.floor(mpmath.log10(abs(value)))
        assert 1 <= digits <= 40
        assert digits == 1 or abs(change) <= mpf(10) ** (first - digits + 1) / 10
        assert digits == 40 or abs(change) > mpf(10) ** (first - digits) / 10


@pytest.mark.parametrize(("place", "shown"), [("200", "-0.00707"), ("5/2", "-0.6")])
def test_a_remainder_of_which_no_term_is_known_counts_as_it_is_stated(place: str, shown: str) -> None:
    """-sqrt(2)/x of a remainder x^-3: sqrt(2)/200 = 0.00707106..., of which 1/200^3 = 1.25e-7 leaves three digits."""
    at = ("leak_phase_slope", "--at", "I0=1/10", "--at", f"x={place}")
    assert evaluated(*at) == (f"theta_x = {shown} + O(x**(-3))\n", "")
    whole = json.loads(evaluated(*at, "--json")[0])["values"][0]
    assert "next_term" not in whole
