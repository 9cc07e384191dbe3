"""A version on its way from the hub to its sites: a notice, signed, and a model bundle."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from pydantic import ValidationError

from appliance.domain.errors import ConfigError
from appliance.domain.json_form import JsonForm
from appliance.fleet.keys import is_signed, sign

VERSION = "version"
"""What the notice is about: a later one replaces it."""
LARGEST = 600_000_000
"""Bytes of a model bundle that is fetched."""


@dataclass(frozen=True, slots=True)
class VersionNotice:
    name: str
    sha256: str
    """Of the bundle."""
    size: int
    """Bytes of the bundle."""
    signature: str = ""
    """Base64, by the hub's key, of name, size and SHA-256."""

    def signed(self, seed: str) -> VersionNotice:
        signature = base64.b64encode(sign(self._said, seed=seed)).decode()
        return VersionNotice(self.name, self.sha256, self.size, signature)

    @property
    def _said(self) -> bytes:
        return f"version {self.name} {self.size} {self.sha256}".encode()

    def check(self, key: str) -> None:
        """Raises ConfigError when the hub with this public key did not sign it, or it is too
        large."""
        try:
            signature = base64.b64decode(self.signature, validate=True)
        except ValueError:
            signature = b""
        if not is_signed(self._said, signature, by=key):
            raise ConfigError(
                f"version {self.name} is not signed by the hub",
                hint="nothing of it is taken; who else can speak for the hub?",
            )
        if self.size > LARGEST:
            raise ConfigError(
                f"version {self.name} is too large", hint="nothing of it is taken; see the hub"
            )


_notice = JsonForm(VersionNotice)


def written(notice: VersionNotice) -> bytes:
    return _notice.dump_json(notice)


def read(body: bytes) -> VersionNotice:
    """Raises ConfigError."""
    try:
        return _notice.validate_json(body)
    except ValidationError as error:
        raise ConfigError(
            "the hub tells of a version in a form that is not known here",
            hint="install the same version of the appliance at the hub and at its sites",
        ) from error
