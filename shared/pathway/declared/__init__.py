"""Each stage with its records, desks, roles and rules, one module each: the lines of the table in `stages`."""
