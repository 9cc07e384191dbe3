"""Keys of the fleet: Ed25519, as NATS writes them: a seed ``SU...``, its public key ``U...``.

One kind of key serves for both: who may speak to the hub, and who made a version.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from appliance.fleet.extra import needed

_CHECKSUM = 2
"""Bytes at the end of a public key; one byte in front says what kind it is."""


def new_seed() -> str:
    """Raises FleetError."""
    with needed():
        import nkeys
    seed: bytes = nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER)
    return seed.decode()


def public_key(seed: str) -> str:
    """Raises FleetError."""
    with needed():
        import nkeys
    key: bytes = nkeys.from_seed(bytearray(seed.encode())).public_key
    return key.decode()


def sign(data: bytes, *, seed: str) -> bytes:
    """64 bytes. Raises FleetError."""
    with needed():
        import nkeys
    signature: bytes = nkeys.from_seed(bytearray(seed.encode())).sign(data)
    return signature


def is_signed(data: bytes, signature: bytes, *, by: str) -> bool:
    """Whether whoever has the seed of the public key ``by`` signed exactly that. Raises
    FleetError."""
    with needed():
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    try:
        raw = base64.b32decode(by)[1:-_CHECKSUM]
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
