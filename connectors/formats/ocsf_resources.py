"""The resources an OCSF finding names, each as the thing an owner has.

Shape: OCSF schema, objects ``resource_details``, ``device``, ``application``, ``databucket`` and ``cloud``.
"""

from __future__ import annotations

import re

from connectors.contract.finding import Resource
from connectors.contract.identity import is_placeholder
from connectors.formats.aws_names import holder_of_key, lasting_name, name_of, read_arn, type_of
from connectors.formats.repositories import repository_name
from connectors.formats.workloads import workload_of
from connectors.wild import Wild

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_WORDS = re.compile(r"[A-Za-z ]+")  # "Defender plan for Containers": there is one in each account
_PROVIDERS = {"amazon web services": "aws", "google": "gcp", "google cloud": "gcp", "microsoft": "azure"}
_OBJECT = "AWS::S3::Object"  # its name is a key in a bucket, which the finding tells beside it
_BESIDE = frozenset({"2", "4"})  # role_id: who did it (Actor), and what only stands near it (Related)


def places_of(told: Wild) -> list[Wild]:
    """Where a finding tells its resources; the finding itself where it lists none."""
    listed = [*told.items("resources")]
    if told.get("resource") is not None:  # one of them, as it was told before OCSF 1.3
        listed.append(told.at("resource"))
    targets = [one for one in listed if not isinstance(one.value, dict) or str(one.value.get("role_id")) not in _BESIDE]
    if targets and told.get("databucket") is not None and all(one.text("type") == _OBJECT for one in targets):
        return [told]
    return targets or listed or [told]


def resource_of(told: Wild, place: Wild) -> Resource:
    """The resource told at one of its places. Raises Unreadable when nothing is named, not even an account."""
    if place is not told:
        return _resource(told, place)
    if told.get("device") is not None:
        return _device(told, told.at("device"))
    for key in ("application", "databucket", "database"):
        if told.get(key) is not None:
            return _named(told, told.at(key), key)
    return _account(told)


def _resource(told: Wild, one: Wild) -> Resource:
    if one.text("namespace") and told.get("cloud") is None:
        return _kubernetes(told, one)
    return _named(told, one, one.text("type"))


def _named(told: Wild, one: Wild, kind: str) -> Resource:
    identity, kind = _of_aws(told, one, _identity(one), type_of(one.text("type")) or kind)
    if not identity:
        return _account(told)
    if _WORDS.fullmatch(identity):
        identity = "/".join(part for part in (_cloud(told, "account", "uid"), identity) if part)
    arn, address, tags = read_arn(identity), one.text("url"), _tags(one)
    image = _DIGEST.search(identity)
    return Resource(
        id=repository_name(address) if address else identity,
        type=kind,
        name=tags.get("Name") or one.text("name") or arn.name,
        provider=_provider(one.text("provider") or told.text("cloud", "provider"), identity),
        account=arn.account or _account_of(told, one),
        region=arn.region or one.text("region") or _cloud(told, "region"),
        repository=repository_name(address) if address else "",
        ip=one.text("ip"),
        image_digest=image.group() if image else "",
        same_as=lasting_name(identity),
        tags=tags,
    )


def _identity(one: Wild) -> str:
    """The ARN where there is one: Security Hub keeps it in ``uid_alt`` beside a bare name in ``uid``."""
    other = one.text("uid_alt", limit=1_000)
    if other.startswith("arn:"):
        return other
    named = (one.text(key, limit=1_000) for key in ("uid", "name", "hostname", "ip"))
    return next((text for text in named if not is_placeholder(text)), "")


def _of_aws(told: Wild, one: Wild, identity: str, kind: str) -> tuple[str, str]:
    """The ARN and type of what Security Hub tells by CloudFormation's type and a bare id.

    An access key comes and goes with its session: then it is the user or role that it is of.
    """
    if ":s3:::" in identity and "/" not in identity:
        return identity, "AwsS3Bucket"
    if not identity or not one.text("type").startswith("AWS::") or identity.startswith("arn:"):
        return identity, kind
    account = _account_of(told, one)
    holder, sort = one.text("user", "name") or one.text("data", "user_name"), one.text("data", "user_type")
    if kind == "AwsIamAccessKey" and holder:
        return holder_of_key(account, holder, sort, one.text("cloud_partition") or "aws")
    return name_of(kind, identity, account, one.text("region") or _cloud(told, "region")), kind


def _kubernetes(told: Wild, one: Wild) -> Resource:
    """By the workload: a pod's uid and name are others tomorrow."""
    cluster, namespace, kind = told.text("unmapped", "provider_uid"), one.need("namespace"), one.text("type")
    name = workload_of(next((text for key in ("name", "uid") if not is_placeholder(text := one.text(key))), ""))
    if not name:
        raise one.bad("the resource has neither a name nor a uid")
    parts = (cluster, "" if is_placeholder(namespace) else namespace, kind, name)
    return Resource(
        id="/".join(part for part in parts if part),
        type=kind,
        name=name,
        provider="kubernetes",
        cluster=cluster,
        namespace=namespace,
        tags=_tags(one),
    )


def _device(told: Wild, one: Wild) -> Resource:
    identity = one.first("instance_uid", "hostname", "name", "uid", "ip")
    if is_placeholder(identity):
        raise one.bad("the device has neither instance_uid nor hostname, name, uid or ip")
    return Resource(
        id=identity,
        type="host",
        name=one.first("hostname", "name") or identity,
        provider=_provider(_cloud(told, "provider")),
        account=_cloud(told, "account", "uid"),
        region=one.text("region") or _cloud(told, "region"),
        ip=one.text("ip"),
    )


def _account(told: Wild) -> Resource:
    account = _cloud(told, "account", "uid")
    if not account:
        raise told.bad("the finding names no resource: neither resources nor a device nor a cloud account", "resources")
    provider = _provider(_cloud(told, "provider"))
    return Resource(
        id=f"AWS::::Account:{account}" if provider == "aws" else account,
        type="AwsAccount" if provider == "aws" else "account",
        name=_cloud(told, "account", "name") or account,
        provider=provider,
        account=account,
    )


def _account_of(told: Wild, one: Wild) -> str:
    """Of the resource's owner, whom some senders only name (OCSF has an object there), else of the finding's cloud."""
    named = one.text("owner", "account", "uid") if isinstance(one.get("owner"), dict) else ""
    return named or _cloud(told, "account", "uid")


def _cloud(told: Wild, *path: str) -> str:
    text = told.text("cloud", *path)
    return "" if is_placeholder(text) else text


def _provider(word: str, identity: str = "") -> str:
    return "aws" if identity.startswith("arn:") else _PROVIDERS.get(word.lower(), word.lower())


def _tags(one: Wild) -> dict[str, str]:
    """``tags`` are named values, ``labels`` the older ``name:value`` texts."""
    told = (label.partition("=" if "=" in label else ":") for label in one.texts("labels"))
    labels = {name: value for name, _, value in told}
    return labels | {tag.text("name"): tag.text("value") for tag in one.items("tags") if tag.text("name")}
