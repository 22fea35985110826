"""No secret is tracked. What is planted here is put together at run time, or this file would be found itself."""

import random
import string

import pytest

from deploy.supply.leaks import KINDS, leaks, reviewed, tracked, unreviewed

LETTERS = string.ascii_letters + string.digits
UUID = "11111111-2222-3333-4444-555555555555"


def chance(length: int, letters: str = LETTERS) -> str:
    """Always the same, and as if a generator had made it."""
    return "".join(random.Random(length).choices(letters, k=length))  # noqa: S311 -- not to be secret


PLANTED = {
    "private key": "-----BEGIN " + "PRIVATE KEY-----\n" + chance(64),
    "cloud access key": "AKIA" + chance(16, string.ascii_uppercase),
    "token of a code host": "ghp" + "_" + chance(36),
    "token of a chat": "xoxb" + "-" + chance(30),
    "token of a package index": "npm" + "_" + chance(36),
    "key of a mail or other service": "sk" + "_live_" + chance(24),
    "key of GOV.UK Notify": f"training-{UUID}-{UUID}",
    "signed token": "eyJ" + chance(20) + ".eyJ" + chance(30) + "." + chance(43),
    "password in an address": "postgresql://owner:" + chance(20) + "@database/patency",
    "secret given by name": 'DATABASE_PASSWORD="' + chance(24) + '"',
}
OTHER_SPELLINGS = {
    "private key": [
        "-----BEGIN RSA " + "PRIVATE KEY-----\\n" + chance(64),
        "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n" + chance(70),
    ],
    "token of a code host": ["glpat" + "-" + chance(20)],
    "secret given by name": [
        "client_secret: " + chance(32, "0123456789abcdef"),
        'api_key = "' + chance(32) + '"',
        '"token": "' + chance(40) + '"',
        "PATENCY_TOKEN=" + chance(32),
    ],
}


def kinds(text: str) -> set[str]:
    return {each.kind for each in leaks("planted", text)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_of_each_kind_is_found(kind: str) -> None:
    assert kind in kinds(f"before\n{PLANTED[kind]}\nafter")


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in OTHER_SPELLINGS.items() for text in texts])
def test_it_is_found_in_other_spellings(kind: str, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "PATENCY_DATABASE_PASSWORD_FILE=/run/secrets/database-password",
        "secret: file-of-the-secret-key-number-one",
        "://owner:$(cat /run/secrets/owner-password)@postgres",
        "password = read_password_of(settings, number=1)",
        "token = await token_of(issuer1, person2)",
        "-----BEGIN PUBLIC " + "KEY-----\n" + chance(64),
        f"trace_id {chance(32, '0123456789abcdef')}",
    ],
)
def test_what_only_speaks_of_secrets_is_none(text: str) -> None:
    assert kinds(text) == set()


def test_no_secret_is_tracked() -> None:
    assert unreviewed(tracked()) == ()


def test_the_secret_itself_is_never_told() -> None:
    for text in PLANTED.values():
        assert not [each for each in leaks("planted", text) if text in repr(each) or chance(24) in repr(each)]


def test_another_secret_in_a_reviewed_place_is_found() -> None:
    places = [(name, text) for name, text in tracked() if any(each.mark in reviewed() for each in leaks(name, text))]
    assert places
    for name, text in places:
        assert unreviewed([(name, f"{text}\n{PLANTED['secret given by name']}\n")])


def test_whatever_was_reviewed_is_still_there_and_says_why() -> None:
    found = {each.mark for name, text in tracked() for each in leaks(name, text)}
    assert set(reviewed()) - found == set()
    assert all(len(why) > 20 for why in reviewed().values())
