"""Who is who, for nobody without the key: one keyed hash per study. The key stands in a file, never in the database."""

import hashlib
import hmac

LEAST_BYTES = 32
DIGITS = 20


class KeyTooShortError(ValueError):
    """A key that could be guessed."""


class Pseudonyms:
    """Pseudonyms of one study. The same pathway has another one in every other study, and they cannot be joined."""

    def __init__(self, key: bytes, study_id: str) -> None:
        """Refuses (KeyTooShortError) a key of fewer than 32 bytes."""
        if len(key) < LEAST_BYTES:
            raise KeyTooShortError("the research key needs at least 32 bytes")
        self._key = hmac.digest(key, b"patency research study\x00" + study_id.encode(), "sha256")

    def of(self, pathway_id: str) -> str:
        return hmac.digest(self._key, pathway_id.encode(), "sha256").hex()[:DIGITS]

    @property
    def mark(self) -> str:
        """Tells one key from another, and nothing of either: it is kept beside each export."""
        return hashlib.sha256(b"patency research mark\x00" + self._key).hexdigest()[:DIGITS]
