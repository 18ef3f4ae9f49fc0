"""The symbolic machinery: networks, expressions, laws, their values, proofs and output."""
