"""Laws as text: LaTeX, Python, C and JSON."""
