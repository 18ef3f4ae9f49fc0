"""The page of a general network: formulas in the coefficients, the verdicts of instances, exponents in the orders."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from derivations.instances import instance
from nearcritical import Theory, network
from nearcritical.cli.main import main
from nearcritical.model.model import Model
from nearcritical.report.page import general_page
from nearcritical.report.views.provenance import provenance
from nearcritical.results.exponents import stated_exponent
from nearcritical.results.instances import ACTIVATIONS, instances_of
from nearcritical.results.text import stated_table
from nearcritical.results.verdicts import verdict_record
from numerics.verification.verify import verify

NAME = "detuned_amplitude"


def test_a_page_shows_the_verdict_of_each_instance() -> None:
    theory = Theory(network("general", "general"), names=(NAME,))
    ((place, known),) = [one for one in instances_of(theory.network) if one[0] == "tanh/laplacian"]
    right = verify(instance(theory[NAME], known), 20, most=1)
    records = [{"instance": place, **verdict_record(right, 20)}]
    wrong = {**records[0], "instance": "another", "passed": False}
    stated = stated_exponent(NAME, theory[NAME])
    origin = provenance(Model(), "", 20)
    page = general_page(
        theory, [*records, wrong], [stated], files=(), verdict="One failed.", passed=False, provenance=origin
    )
    assert f'<tr><td>{place}</td><td class="passed">passed</td><td>misses by the order 3.0' in page
    assert '<tr><td>another</td><td class="failed">failed</td>' in page
    assert '<td data-head="against"><i>F</i></td>' in page
    assert 'id="agreement"' not in page
    inverse = page[page.index("its inverse") :]
    assert inverse.index("<mo>&#x0003D;</mo><mi>R</mi>") < inverse.index("<mi>d</mi>")
    assert "plus" not in page[page.index("left open") : page.index('id="laws"')]
    assert stated_table([stated]).splitlines()[-2].split() == [NAME, "F", "1"]


def test_instances_have_the_order_and_the_parity() -> None:
    assert [place for place, _ in instances_of(network("general", "general"))] == [
        f"{name}/laplacian" for name in ACTIVATIONS
    ]
    (fourth,) = instances_of(network("general", "general_odd", p=4))
    assert fourth[0] == "quartic/advection"
    assert fourth[1].kernel == network("tanh", "advection").kernel


@pytest.mark.exhaustive
def test_the_report_of_a_general_network(tmp_path: Path) -> None:
    place = tmp_path / "report"
    given = ["--activation", "general", "--kernel", "general_odd", "--set", "p=4", "--digits", "20"]
    result = CliRunner().invoke(main, ["report", *given, "--out", str(place)])
    assert result.exit_code == 0, result.output
    assert "agree with direct simulation at their instances: quartic/advection." in result.stdout
    verdicts = json.loads((place / "verification.json").read_text())
    assert all(record["passed"] for record in verdicts)
    exponents = {
        one["observable"]: one["predicted"] for one in json.loads((place / "exponents.json").read_text())
    }
    assert exponents["forced_amplitude"] == "1/5"
    assert sorted(path.name for path in place.iterdir()) == [
        "exponents.json", "index.html", "laws.json", "laws.tex", "verification.json"
    ]  # fmt: skip
