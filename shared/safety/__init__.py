"""The clinical safety file: hazards as data, what stands against each, and what the last run of the tests showed."""
