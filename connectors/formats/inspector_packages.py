"""The packages and resources an AWS Inspector finding names.

Shape: Amazon Inspector user guide, "EventBridge event schema for Amazon Inspector events"; API reference,
``VulnerablePackage`` and ``Resource``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.contract.finding import Package, Resource
from connectors.formats.aws_names import name_of, pulled_from, read_arn
from connectors.formats.packages import distribution_package, registry_package
from connectors.wild import Wild

_PLATFORM = re.compile(r"([A-Z_]+?)_(\d+(?:_\d+)*)", re.ASCII)
_DISTRIBUTIONS: Mapping[str, tuple[str, str]] = {  # platform without release -> purl namespace, purl type
    "ALMALINUX": ("almalinux", "rpm"),
    "ALPINE": ("alpine", "apk"),
    "AMAZON_LINUX": ("amazon", "rpm"),
    "CENTOS": ("centos", "rpm"),
    "DEBIAN": ("debian", "deb"),
    "FEDORA": ("fedora", "rpm"),
    "ORACLE_LINUX": ("oracle", "rpm"),
    "RHEL": ("redhat", "rpm"),
    "ROCKY": ("rocky", "rpm"),
    "SUSE_SERVER": ("suse", "rpm"),
    "UBUNTU": ("ubuntu", "deb"),
}
_MANAGERS: Mapping[str, str] = {  # packageManager -> purl type
    **dict.fromkeys(("PIP", "PIPENV", "POETRY", "PYTHONPKG", "UV"), "pypi"),
    **dict.fromkeys(("NPM", "NODEPKG", "PNPM", "YARN"), "npm"),
    **dict.fromkeys(("GOMOD", "GOBINARY"), "golang"),
    **dict.fromkeys(("BUNDLER", "GEMSPEC"), "gem"),
    **dict.fromkeys(("CARGO", "RUSTBINARY"), "cargo"),
    **dict.fromkeys(("NUGET", "DOTNET_CORE"), "nuget"),
    "COMPOSER": "composer",
}
_TYPES: Mapping[str, str] = {"AWS_EC2_INSTANCE": "AwsEc2Instance", "AWS_LAMBDA_FUNCTION": "AwsLambdaFunction"}
_IMAGE = "AWS_ECR_CONTAINER_IMAGE"
_NO_FIX = frozenset({"NotAvailable", "0:NotAvailable"})


def package_of(told: Wild, platform: str) -> Package:
    """One vulnerable package; an operating system's keeps its distribution, which ``platform`` names.

    It has no purl where it is not told who packaged it: a jar's group is not.
    """
    version, release, epoch = told.text("version"), told.text("release"), told.text("epoch")
    installed = f"{version}-{release}" if version and release else version
    installed = f"{epoch}:{installed}" if epoch not in {"", "0"} and installed else installed
    name, manager, fixed_in = told.need("name"), told.text("packageManager"), told.text("fixedInVersion")
    fixed_in = "" if fixed_in in _NO_FIX else fixed_in.removeprefix("0:")
    if kind := _MANAGERS.get(manager):
        return registry_package(kind, name, installed, fixed_in)
    parts = _PLATFORM.fullmatch(platform)
    if manager == "OS" and parts and parts.group(1) in _DISTRIBUTIONS:
        namespace, kind = _DISTRIBUTIONS[parts.group(1)]
        distro = f"{namespace}-{parts.group(2).replace('_', '.')}"
        return distribution_package(kind, distro, name, installed, fixed_in)
    return Package(name=name, installed=installed, fixed_in=fixed_in)


def resource_of(told: Wild, account: str) -> Resource:
    """The instance, the function without its version, or the image's repository by the address it is pulled from."""
    identity, kind, region = told.need("id", limit=1_000), told.text("type"), told.text("region")
    tags = told.pairs("tags")
    if kind == _IMAGE:
        return _image(told, identity, account, region)
    known = _TYPES.get(kind, kind)
    if known == "AwsLambdaFunction":
        identity = re.sub(r"(:function:[^:]+):[^:]+", r"\1", identity)
    named = name_of(known, identity, account, region)
    addresses = told.texts("details", "awsEc2Instance", "ipV4Addresses")
    return Resource(
        id=named,
        type=known,
        name=tags.get("Name") or read_arn(named).name,
        provider="aws",
        account=account,
        region=region,
        ip=addresses[0] if addresses else "",
        tags=tags,
    )


def _image(told: Wild, identity: str, account: str, region: str) -> Resource:
    details = told.at("details", "awsEcrContainerImage")
    repository = details.text("repositoryName")
    registry = details.text("registry") or account
    return Resource(
        id=pulled_from(registry, region, repository) if repository and region else identity,
        type="container-image",
        name=repository or identity,
        provider="aws",
        account=account,
        region=region,
        image_digest=details.text("imageHash") or identity.rpartition("/")[2],
        tags=told.pairs("tags"),
    )


def platform_of(told: Wild) -> str:
    """``UBUNTU_22_04``, of an instance or an image."""
    return told.text("details", "awsEc2Instance", "platform") or told.text(
        "details", "awsEcrContainerImage", "platform"
    )
