"""Acceptance scenarios: one synthetic patient's story as a file a clinician can read, played and checked.

`python -m deploy.scenarios` plays on the pure core, `--live` through the desks of a running world.
"""
