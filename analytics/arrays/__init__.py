"""Laws on arrays of doubles, accurate to the last digits."""
