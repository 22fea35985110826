"""The gates to start a procedure (clinical.md 5.1), all decided at once on one version of the pathway (R-PRO-1)."""

from shared.pathway.gates.deciding import CHECKS, PARAGRAPHS, gates, refusals

__all__ = ["CHECKS", "PARAGRAPHS", "gates", "refusals"]
