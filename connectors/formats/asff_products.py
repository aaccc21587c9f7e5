"""What Macie and Access Analyzer tell through Security Hub, under the problems by which they tell it themselves.

Words: Macie's user guide, "Evaluating findings with Security Hub"; the IAM user guide, "Integrate IAM Access Analyzer
with AWS Security Hub CSPM". Both look at how things are set up, whatever ASFF's types say of the effects.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.formats.access_analyzer_findings import public_problem
from connectors.formats.control_families import Family, family_of
from connectors.wild import Wild

_MACIE, _ANALYZER = ":product/aws/macie", ":product/aws/access-analyzer"
_SHARED = "External Access Granted"
_IN_PUBLIC = f"Effects/Data Exposure/{_SHARED}"
_RULES = {"access-analyzer": "aws/access-analyzer", "aws/access-analyzer": "access-analyzer"}  # shared, and in public

FamilyOf = Callable[[str], Family]  # of a resource's type


def is_about_settings(record: Wild) -> bool:
    """Whether it is one of these two that tells."""
    return record.text("ProductArn").endswith((_MACIE, _ANALYZER))


def families_of(record: Wild, rule: str, typed: str, plain: Family) -> FamilyOf:
    """The family for each type of resource. ``typed`` is the product's own type; ``plain`` is what all others have."""
    product = record.text("ProductArn")
    if product.endswith(_MACIE) and typed:
        named = family_of(typed) if typed.startswith("Policy:") else Family(typed)
        return lambda kind: named
    if not product.endswith(_ANALYZER):
        return lambda kind: plain
    if _IN_PUBLIC in record.texts("Types"):
        return lambda kind: Family(public_problem(kind), world_open=True)
    last = next((word.rpartition("/")[2] for word in record.texts("Types")), "")
    problem = last.removesuffix("Granted").replace(" ", "") or rule  # External Access Granted, Unused IAM Role
    return lambda kind: Family(problem)


def other_rule(record: Wild, rule: str) -> str:
    """The rule under which Access Analyzer's finding stood, if it was public before and is shared now, or was shared.

    It keeps one finding for both, and ASFF's types are another kind of finding then; "" of any other.
    """
    is_shared = any(word.endswith(f"/{_SHARED}") for word in record.texts("Types"))
    return _RULES.get(rule, "") if is_shared and record.text("ProductArn").endswith(_ANALYZER) else ""
