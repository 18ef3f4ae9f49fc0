"""Activity that varies from place to place: its input, the waves in it, where they go and when they arrive."""
