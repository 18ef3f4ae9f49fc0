"""Small changes of a steady state, one step of the map at a time."""
