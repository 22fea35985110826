"""The seven human steps that the references take too, and the forms they keep: those of the product, as plain JSON.

Between sign-offs and consent a notice goes out, after the procedure a registry entry is made, and follow-up opens when
a timer has run: what follows by itself in the product follows by itself in both references.
"""

import os

SIGNATURES = ("sign_vascular", "sign_radiology", "sign_haematology")
ROLES = {
    "sign_vascular": "vascular_surgeon",
    "sign_radiology": "interventional_radiologist",
    "sign_haematology": "haematologist",
    "consent": "consent_taker",
    "procedure": "proceduralist",
    "follow_up": "anticoag_clinic",
}
HUMAN = ("refer", *ROLES)
NOTICE, REGISTRY, TIMER = "notice", "registry", "timer"
TIMER_S = 0.2  # the product's own timer is passed by moving the training clock

OUTSIDE_WORLD = "CREATE TABLE effect (pathway text NOT NULL, kind text NOT NULL)"
CALL_OUTSIDE = "INSERT INTO effect (pathway, kind) VALUES ($1, $2)"


def dsn() -> str:
    """Where the references' PostgreSQL is, with its password: never in a list of processes."""
    return os.environ["BENCH_POSTGRES"]
