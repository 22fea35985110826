"""Pathways under a proposed policy: who would have gone another way, and why. Nothing is written anywhere."""
