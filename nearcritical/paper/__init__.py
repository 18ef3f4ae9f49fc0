"""A paper about one network: an article in LaTeX, and how it becomes pages."""
