"""Evidence: a hash chain over what is written, anchored outside the database, and case files that prove themselves.

canonical.py says how a row is spelled and linked, anchors.py what is signed, verifying.py what is found; the SQL of the
chain is deploy/migrations/0025. Nothing here decides about care (IPG651 1.2, 1.3: what was told can be shown).
"""
