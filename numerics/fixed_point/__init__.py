"""Numbers of one common exponent: all sites in digits of a large base, as arrays of doubles that hold integers."""
