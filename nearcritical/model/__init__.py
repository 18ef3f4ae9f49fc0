"""The network that a person describes, by names or in a model file."""
