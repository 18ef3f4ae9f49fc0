"""Values and roots of expressions to any number of digits."""
