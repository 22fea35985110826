"""Comparing procedures with registry entries by hand: `python -m deploy.registry --reconcile`."""
