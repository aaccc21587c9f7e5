"""Its keys and ID tokens, made with PyJWT: not the library that checks them on our side."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm


@dataclass(frozen=True)
class SigningKey:
    kid: str
    algorithm: str
    private: Any

    @classmethod
    def made(cls, kid: str, algorithm: str) -> SigningKey:
        if algorithm == "ES256":
            return cls(kid, algorithm, ec.generate_private_key(ec.SECP256R1()))
        return cls(kid, algorithm, rsa.generate_private_key(public_exponent=65537, key_size=2048))

    def public(self) -> dict[str, Any]:
        """As it stands in the key set."""
        kind = ECAlgorithm if self.algorithm == "ES256" else RSAAlgorithm
        found = kind.to_jwk(self.private.public_key())
        jwk: dict[str, Any] = json.loads(found) if isinstance(found, str) else dict(found)
        return {k: v for k, v in jwk.items() if k != "key_ops"} | {
            "kid": self.kid,
            "use": "sig",
            "alg": self.algorithm,
        }

    def sign(self, claims: dict[str, Any], **changes: Any) -> str:
        """``algorithm``, ``kid`` (None: no kid) and ``private`` may be another's."""
        kid = changes.get("kid", self.kid)
        headers = {} if kid is None else {"kid": kid}
        algorithm = changes.get("algorithm", self.algorithm)
        return jwt.encode(claims, changes.get("private", self.private), algorithm=algorithm, headers=headers)


def half_hash(text: str) -> str:
    """at_hash: OpenID Connect Core 1.0, 3.1.3.6, for the SHA-256 family."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()
