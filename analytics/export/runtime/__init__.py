"""What exported programs need beside their laws: the helpers, in each language."""
