"""Networks as records: read back to equal ones, and examined like any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.errors import NearCriticalError
from analytics.export.network_record import network_from_record, network_record
from nearcritical import Network, load, network

EXAMPLES = sorted(
    path for path in (Path(__file__).parents[3] / "examples").glob("*.toml") if path.stem != "landscape"
)
"""Model files; the landscape is none."""

NETWORKS = [
    *map(load, EXAMPLES),
    network("general"),
    network("general", p=4),
    network("general", p=2),
    network("erf", dimension=2),
    network("r/(1 + r**6)**(1/6)", "advection", dimension=3),
    network("tanh(b*r)/b", b=2),
    network("(1-m)*tanh(r) + m*r/sqrt(1+r**2)", "advection", m="1/3"),
    network("r/(1+r**m)**(1/m)", "advection", m=4),
    network("tanh(t*r)/t", "t*sin(k)", t="1/2"),
    network("tanh", "2*t1*(1-cos(k))+2*t2*(1-cos(2*k))", t1=1, t2="-1/4"),
    network("tanh", "c*cos(k)+c", c=1),
    network("tanh", "advection", modulation="exp(cos(2*pi*s)/2)/3"),
]


@pytest.mark.parametrize("net", NETWORKS, ids=repr)
def test_a_network_is_read_back_from_its_record(net: Network) -> None:
    record = json.loads(json.dumps(network_record(net)))
    back = network_from_record(record)
    assert back == net and back.relations == net.relations and back.open == net.open
    assert network_record(back) == record


def changed(part: str, **entries: Any) -> Any:
    record = network_record(network("tanh(b*r)/b", b=2))
    record[part] = {**record[part], **entries}
    return record


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"activation": 1, "kernel": 2},
        changed("activation", profile="r**2"),
        changed("activation", profile="__import__('os')"),
        changed("activation", profile=["pi"]),
        changed("activation", name=3),
        changed("activation", order="2"),
        changed("activation", order=3),
        changed("activation", symbols={"b": "imaginary"}),
        changed("activation", symbols={}),
        changed("activation", constants={"b": "9**9**9"}),
        changed("kernel", stencil=[{"offset": [1], "coefficient": "c"}]),
        changed("kernel", stencil=[{"offset": "1", "coefficient": "c"}]),
        changed("kernel", stencil=[]),
        changed("kernel", frequency="sin(k)", dimension="1"),
        changed("kernel", frequency="k", dimension=1),
        changed("kernel", relations=[["c"]]),
    ],
    ids=lambda record: json.dumps(record)[:60],
)
def test_what_is_no_network_is_refused(record: Any) -> None:
    with pytest.raises(NearCriticalError) as refused:
        network_from_record(record)
    assert "\n" not in str(refused.value)
