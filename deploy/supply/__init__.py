"""Where what we run comes from: what is locked, a list of it for others, and what must not be in the repository."""
