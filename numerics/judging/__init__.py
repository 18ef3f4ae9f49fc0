"""A judge that knows the map alone, and the networks and points at which it judges every way to a value."""
