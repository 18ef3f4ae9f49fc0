"""Waves balanced order by order, as polynomials: the harmonics of a cosine, the tones of two oscillations. No laws."""
