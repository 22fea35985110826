"""The clinical safety file, checked against the code and the last run of the tests, and printed."""
