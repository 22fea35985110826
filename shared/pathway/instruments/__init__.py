"""Scores and scales, exactly as clinical.md 10 has them: items, sum, category. None of them decides anything."""
