"""A fake OpenID Connect provider over real HTTP: discovery, authorize, token, keys, userinfo, end of session."""

from tests.fakes.oidc.client import FakeOidc

__all__ = ["FakeOidc"]
