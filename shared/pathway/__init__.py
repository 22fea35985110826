"""The clinical core: what may be written down, what it means, who owes what by when.

Pure functions of (pathway, policy, now). No clock, no input or output, no Temporal.
"""
