"""Laws, verdicts, exponents and checks as records, which JSON and tables show, and the runs that fill them."""
