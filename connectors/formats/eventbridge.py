"""What all AWS services that speak through EventBridge have in common: what a person does so that they reach us."""

from __future__ import annotations


def how_to_send(service: str, *detail_types: str) -> str:
    """The paragraph for one service, ``aws.inspector2``, and the detail types it is to send."""
    named = " and ".join(detail_types)
    return (
        f"In EventBridge, make a rule for the source {service} and the detail type {named}. Its target is either an "
        "SNS topic with an HTTPS subscription to this address (name the topic's ARN under allow; Suture confirms the "
        "subscription by itself), or an API destination with this address whose connection sends the secret as the API "
        "key x-api-key. Leave the input as it is: no input transformer."
    )
