"""Expressions: their symbols, grammar, parameters, series and printed form."""
