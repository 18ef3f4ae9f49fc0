"""Values as text: their labels, and complex numbers as a person writes them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from mpmath import mp, workdps

from analytics.evaluation.decimals import fraction
from nearcritical import Theory, exponent
from nearcritical.results.exponents import exponent_difference, exponent_record
from nearcritical.results.laws import branch_labels, enclosure_record
from nearcritical.results.written import number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (mp.mpf("-0.25"), "-0.25000"),
        (mp.mpc("0.5", "-0.25"), "0.50000 - 0.25000 i"),
        (mp.mpc("-0.5", "0.25"), "-0.50000 + 0.25000 i"),
        (mp.mpc("0.5", "1e-3"), "0.50000 + 0.0010000 i"),
        (mp.mpc("0.5", "-1e-139"), "0.50000"),
        (mp.mpc("1e-139", "0.5"), "0 + 0.50000 i"),
        (mp.mpc(0, 0), "0"),
    ],
)
def test_a_part_below_the_digits_is_zero(value: object, text: str) -> None:
    assert number_text(value, 5) == text


def test_no_digit_is_lost_to_the_precision_in_force() -> None:
    with workdps(60):
        value = mp.mpc(-1, -2) / 3
    assert number_text(value, 40) == f"-0.{'3' * 40} - 0.{'6' * 39}7 i"


def test_values_are_called_as_the_law_says(default_network: object) -> None:
    theory = Theory(default_network)  # type: ignore[arg-type]
    assert branch_labels(theory["bloch_matrix"], 4) == ["M11", "M12", "M21", "M22"]
    assert branch_labels(theory["decay_rate"], 2) == ["sigma_1", "sigma_2"]
    assert branch_labels(theory["forced_amplitude"], 1) == ["R"]
    assert branch_labels(theory["complex_wavenumber"], 3) == ["q_1", "q_2", "q_3"]


def test_the_bound_of_an_exponent_is_of_the_figure_as_it_is_written(default_network: object) -> None:
    """0.33333333 is off by 3.3e-9 whatever the elimination says."""
    theory = Theory(default_network)  # type: ignore[arg-type]
    found = exponent(theory["resonant_amplitude"], 8)
    assert abs(found.measured - mp.mpf(1) / 3) < mp.mpf("1e-9")
    record = exponent_record("forced_amplitude", found)
    assert record["measured"] == "0.33333333"
    assert abs(Fraction(record["measured"]) - Fraction(1, 3)) <= Fraction(record["error_bound"])
    figure, bound = str(found).split("measured ")[1].split(" ± ")
    assert abs(Fraction(figure) - Fraction(1, 3)) <= Fraction(bound)
    other = {**record, "predicted": "0", "measured": "0", "error_bound": "0", "digits_reached": 3}
    apart = exponent_difference(record, other)
    assert apart["measured"] == "0.333"
    assert abs(Fraction("0.333") - Fraction(1, 3)) <= Fraction(apart["error_bound"])


def test_an_enclosure_has_any_number_of_digits(default_network: object) -> None:
    """Python itself writes and reads no integer of more than 4300."""
    law = Theory(default_network)["resonant_amplitude"]  # type: ignore[arg-type]
    record = enclosure_record(law, law.branches({"F": "1/100"}, 5000, enclosure=True), (), 5000)
    (value,) = record["values"]
    assert len(value["midpoint"]["re"]) > 5000
    midpoint, radius = (Fraction(Decimal(text)) for text in (value["midpoint"]["re"], value["radius"]))
    assert abs(midpoint - fraction(law.evaluate({"F": "1/100"}, 5005))) <= radius < Fraction(1, 10**4999)
