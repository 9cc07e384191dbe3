"""The certificate by which sites know their hub's server, signed by itself.

It names the hub and no address, so the hub may move. A site trusts this one certificate alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from appliance.fleet.extra import needed

YEARS = 10
"""It is valid for: a new one costs an invitation for each site."""


def new_certificate(hub: str, *, now: float) -> tuple[bytes, bytes]:
    """Of the hub of that name, and its key, both PEM. Raises FleetError."""
    with needed():
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import NameOID
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hub)])
    begin = datetime.fromtimestamp(now, UTC)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
        + ("crl_sign", "encipher_only", "decipher_only"),
        False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - timedelta(days=1))  # clocks of sites differ
        .not_valid_after(begin + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(hub)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def valid_until(certificate: bytes) -> float:
    """In seconds since 1970. Raises FleetError, ValueError when it is no certificate."""
    with needed():
        from cryptography import x509
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc.timestamp()
