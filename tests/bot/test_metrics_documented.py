"""What Prometheus can ask stands in docs/operating.md with its kind and labels, and nothing else does."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from bot import metrics

DOCS = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")


def test_every_metric_is_documented_as_it_is_and_no_other() -> None:
    there = {each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)}
    (*told,) = re.findall(r"^\| `(suture_\w+)` \| (\w+) \| ([\w, ]*) ?\|", DOCS, re.MULTILINE)

    documented = {
        (name, kind, tuple(label.strip() for label in labels.split(",") if label.strip()))
        for name, kind, labels in told
    }
    assert documented == {(_name(each), each._type, tuple(each._labelnames)) for each in there}
    assert len(documented) == len(told)


def _name(metric: MetricWrapperBase) -> str:
    return f"{metric._name}_total" if metric._type == "counter" else metric._name
