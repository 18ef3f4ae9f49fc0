"""The response to a weak drive of one site, and how it decays with distance."""
