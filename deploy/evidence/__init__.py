"""Proving what was written: the chain's verifier, keys, the word after a restore, and the checker of case files."""
