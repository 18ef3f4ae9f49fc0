"""Tables for a terminal."""

from nearcritical.results.text import exponents_table, table


def test_columns_are_aligned_and_nothing_is_cut() -> None:
    text = table(("law", "kind"), [("a" * 120, "exact"), ("b", "O(F**3)")])
    head, rule, first, second = text.splitlines()
    assert head.index("kind") == first.index("exact") == second.index("O(F**3)") == 122
    assert set(rule) == {"-", " "}


RECORD = {
    "observable": "forced_amplitude",
    "parameter": "F",
    "predicted": "1/3",
    "measured": "0.5",
    "error_bound": "1e-9",
    "passed": False,
    "digits": 30,
    "digits_reached": 30,
    "shortfall": None,
}


def test_a_failed_exponent_stands_out() -> None:
    assert exponents_table([RECORD]).splitlines()[-1].endswith("FAILED")


def test_an_exponent_that_falls_short_says_how_far_it_got_and_why() -> None:
    short = {**RECORD, "passed": True, "digits_reached": 12, "shortfall": "12 of 30 digits: no more inputs"}
    *_, row, reason = exponents_table([short]).splitlines()
    assert row.endswith("passed with 12 of 30 digits")
    assert reason == "forced_amplitude: 12 of 30 digits: no more inputs"
