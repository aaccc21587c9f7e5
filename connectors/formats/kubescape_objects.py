"""What both of Kubescape's format versions share: the name of an object, and the severity of a control.

Also what is said where no cluster is named.
"""

from __future__ import annotations

from connectors.contract.finding import Resource

NO_CLUSTER = (
    "the report names no cluster; post it with the header X-Suture-Resource so that its objects can be told apart"
)
_LEAST = ((9, "Critical"), (7, "High"), (4, "Medium"), (1, "Low"))  # of kubescape's own ControlSeverityToString


def word_of(factor: float) -> str:
    """The severity of a control, which follows from how much it counts, 0 to 10; "" of nothing."""
    return next((word for least, word in _LEAST if factor >= least), "")


def object_at(target: str, path: str, *, kind: str, name: str, namespace: str, exact: str) -> Resource:
    """The object called ``exact``, of a manifest at ``path`` in the repository ``target``, else of the cluster."""
    return Resource(
        id="/".join(filter(None, (target, path, exact))),
        type=kind,
        name=name,
        provider="kubernetes",
        cluster="" if path else target,
        namespace=namespace,
        repository=target if path else "",
        path=path,
    )
