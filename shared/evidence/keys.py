"""The Ed25519 key that signs anchors and case files: a file that is not in the database, and its public half."""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

NAME_LENGTH = 16


class KeyUnusableError(Exception):
    """The file holds no Ed25519 key of the wanted half."""


@dataclass(frozen=True, slots=True)
class Verifying:
    """The public half. `name` is the beginning of its SHA-256: it says which key signed, and proves nothing."""

    key: Ed25519PublicKey

    @property
    def name(self) -> str:
        return hashlib.sha256(self.key.public_bytes_raw()).hexdigest()[:NAME_LENGTH]

    def signed(self, statement: bytes, signature: str) -> bool:
        """Whether this signature (base64) is the key's own on these bytes."""
        try:
            self.key.verify(base64.b64decode(signature, validate=True), statement)
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> bytes:
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True, slots=True)
class Signing:
    """The private half."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> Verifying:
        return Verifying(self.key.public_key())

    def sign(self, statement: bytes) -> str:
        """The signature on these bytes, base64."""
        return base64.b64encode(self.key.sign(statement)).decode("ascii")


def fresh() -> Signing:
    return Signing(Ed25519PrivateKey.generate())


def signing_key(path: Path) -> Signing:
    """Raises KeyUnusableError for a file that is no unencrypted Ed25519 key in PEM, OSError for none at all."""
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        raise KeyUnusableError from None
    if not isinstance(found, Ed25519PrivateKey):
        raise KeyUnusableError
    return Signing(found)


def verifying_key(path: Path) -> Verifying:
    """Raises KeyUnusableError for a file that is no Ed25519 public key in PEM, OSError for none at all."""
    try:
        found = load_pem_public_key(path.read_bytes())
    except ValueError:
        raise KeyUnusableError from None
    if not isinstance(found, Ed25519PublicKey):
        raise KeyUnusableError
    return Verifying(found)


def keep(found: Signing, private: Path, public: Path) -> None:
    """Writes both halves, the private one for its owner's eyes alone. Raises FileExistsError: no key is overwritten."""
    written = found.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(written)
    public.write_bytes(found.public.pem())
