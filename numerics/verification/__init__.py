"""Laws and formulas judged by measurement."""
