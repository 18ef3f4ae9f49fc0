"""Pictures of the theory beside measurements."""
