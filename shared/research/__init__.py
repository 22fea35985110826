"""Research data sets (clinical.md 2.13; IPG651 1.1, 1.4): who may be in one, and what leaves the house. Pure."""
