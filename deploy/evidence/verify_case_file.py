"""Checks a case file offline: `python verify_case_file.py CASE_FILE.json PUBLIC_KEY.pem [CASE_FILE.pdf]`.

Says "accepted" and ends with 0, or "refused" with each place that does not fit and ends with 1. It stands alone: one
file, Python's standard library and the package `cryptography`; it asks no database and no network. What it proves: the
rows are those that were sealed in the trust's chain, between statements that the key signed; none of the pathway's rows
is left out; nothing in the file, or in the PDF made with it, was changed since.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

FORMAT = "patency-case-file/1"
ACCEPTED, REFUSED, UNUSABLE = 0, 1, 2
COLUMNS = {
    "audit": ("id", "at", "trust", "person", "role", "action", "pathway_id", "kind", "detail"),
    "entry": ("pathway_id", "seq", "trust", "kind", "at", "recorded_at", "by_person", "by_role", "record", "facts"),
    "event": ("trust", "event"),
}
ANCHOR = ("kind", "trust", "count", "head", "at", "previous", "key")

Json = dict[str, Any]


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def problems(content: bytes, key: Ed25519PublicKey, pdf: bytes | None = None) -> Iterator[str]:
    """Every place that does not fit; nothing for a file that is as it was made."""
    try:
        file = json.loads(content)
        spelled = canonical(file) + b"\n"
    except (ValueError, RecursionError):
        yield "the file: it is no JSON"
        return
    if spelled != content:
        place = next((at for at, (one, other) in enumerate(zip(spelled, content, strict=False)) if one != other), None)
        yield f"the file: byte {min(len(spelled), len(content)) if place is None else place} is not as it was written"
    try:
        yield from _sections(file, key)
        yield from _chain(file, key)
        yield from _none_left_out(file)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        yield "the file: something that belongs into a case file is missing"
        return
    if pdf is not None and hashlib.sha256(pdf).hexdigest() != file["pdf_sha256"]:
        yield "the PDF: it is not the one that was made with this file"


def _sections(file: Json, key: Ed25519PublicKey) -> Iterator[str]:
    """Each section against its hash, and the hashes against the signature."""
    signed = file["signature"]
    if file["about"]["format"] != FORMAT:
        yield "about: this is another kind of file"
    for name in sorted(set(file) - {"signature"} | set(signed["sections"])):
        if hashlib.sha256(canonical(file.get(name))).hexdigest() != signed["sections"].get(name):
            yield f"{name}: it was changed after it was signed"
    if not _holds(key, canonical({"key": signed["key"], "sections": signed["sections"]}), signed["signature"]):
        yield "the signature: it is not this key's"


def _holds(key: Ed25519PublicKey, said: bytes, signature: str) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _chain(file: Json, key: Ed25519PublicKey) -> Iterator[str]:
    """Every piece of the chain, from one signed statement to another."""
    trust, head = file["about"]["trust"], file["chain"]["head"]
    anchors: dict[int, str] = {}
    for number, line in enumerate(file["chain"]["anchors"], 1):
        said = json.loads(line)
        if said["trust"] != trust or not _holds(
            key, canonical({name: said[name] for name in ANCHOR}), said["signature"]
        ):
            yield f"anchor {number}: it is not signed by this key"
        anchors[said["count"]] = said["head"]
    for piece in file["chain"]["pieces"]:
        yield from _piece(piece, trust, anchors, head)


def _piece(piece: Json, trust: str, anchors: dict[int, str], head: Json) -> Iterator[str]:
    number, link = piece["after"], bytes.fromhex(piece["link"])
    begins = hashlib.sha256(f"patency seals of {trust}".encode()).hexdigest() if number == 0 else anchors.get(number)
    if link.hex() != begins:
        yield f"number {number}: no anchor vouches for where this piece begins"
    for each in piece["links"]:
        number += 1
        link = hashlib.sha256(link + (_leaf(each, number) if isinstance(each, dict) else bytes.fromhex(each))).digest()
        if isinstance(each, dict) and link.hex() != each["link"]:
            yield f"number {number} ({_name(each)}): it is not what was sealed"
            link = bytes.fromhex(each["link"])
        if number in anchors and anchors[number] != link.hex():
            yield f"number {number}: the chain disagrees with the anchor there"
    if number not in anchors and (number, link.hex()) != (head["number"], head["link"]):
        yield f"number {number}: no anchor vouches for where this piece ends"


def _leaf(row: Json, number: int) -> bytes:
    """One row with its place, hashed as it was sealed."""
    source, columns = row["source"], row["columns"]
    pairs = [("table", source), *((name, columns[name]) for name in COLUMNS[source])]
    if set(columns) != set(COLUMNS[source]):
        raise ValueError
    text = "\n".join(f"{name}={_spelled(value)}" for name, value in pairs)
    place = f"{number}|{'-' if row['of_pathway'] is None else row['of_pathway']}|{row['sealed_at']}"
    return hashlib.sha256(hashlib.sha256(text.encode("utf-8")).digest() + place.encode("ascii")).digest()


def _spelled(value: str | None) -> str:
    return "-" if value is None else f"{len(value.encode('utf-8'))}:{value}"


def _name(row: Json) -> str:
    columns = row["columns"]
    return f"entry {columns['seq']}" if row["source"] == "entry" else f"{row['source']} {columns.get('id', '')}".strip()


def _none_left_out(file: Json) -> Iterator[str]:
    """The rows of the pathway are counted from 1: a row that is not here leaves a gap."""
    pathway, rows = file["about"]["pathway_id"], file["chain"]["rows"]
    shown = [each for piece in file["chain"]["pieces"] for each in piece["links"] if isinstance(each, dict)]
    own = [each["of_pathway"] for each in shown if each["columns"].get("pathway_id") == pathway]
    for number in sorted(set(range(1, rows + 1)) - set(own)):
        yield f"row {number} of the pathway: it was left out"
    if len(own) != len(set(own)) or set(own) - set(range(1, rows + 1)):
        yield "the pathway's rows: there are more of them than were counted"


def main(words: list[str]) -> int:
    """The command; returns its exit code."""
    if len(words) not in {2, 3}:
        sys.stderr.write(__doc__ or "")
        return UNUSABLE
    try:
        content, pem, *pdf = (Path(word).read_bytes() for word in words)
        key = load_pem_public_key(pem)
    except (OSError, ValueError):
        sys.stderr.write("A file cannot be read, or the key is no public key in PEM\n")
        return UNUSABLE
    if not isinstance(key, Ed25519PublicKey):
        sys.stderr.write("The key is no Ed25519 public key\n")
        return UNUSABLE
    found = list(problems(content, key, pdf[0] if pdf else None))
    sys.stdout.writelines(f"refused: {each}\n" for each in found)
    if not found:
        sys.stdout.write(f"accepted: {'the case file and its PDF' if pdf else 'the case file'}\n")
    return REFUSED if found else ACCEPTED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
