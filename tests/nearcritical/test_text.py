"""Tables for a terminal."""

from nearcritical.text import exponents_table, table


def test_columns_are_aligned_and_nothing_is_cut() -> None:
    text = table(("law", "kind"), [("a" * 120, "exact"), ("b", "O(F**3)")])
    head, rule, first, second = text.splitlines()
    assert head.index("kind") == first.index("exact") == second.index("O(F**3)") == 122
    assert set(rule) == {"-", " "}


def test_a_failed_exponent_stands_out() -> None:
    record = {
        "observable": "forced_amplitude",
        "parameter": "F",
        "predicted": "1/3",
        "measured": "0.5",
        "error_bound": "1e-9",
        "passed": False,
    }
    assert exponents_table([record]).splitlines()[-1].endswith("FAILED")
