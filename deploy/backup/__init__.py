"""Backups of the record, restoring one to a point in time, and what the world knows that a restored record does not."""
