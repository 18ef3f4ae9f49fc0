"""Proofs by ball arithmetic: values, roots and steady states with a guaranteed radius.

What a proof rests on, all of it, beside the law as it is stated (docs/proofs.md says it at length):
- trees: an expression in balls, node by node as it stands, and its slope by the rules of differentiation;
- span, ranges: its range over an interval, open or infinite, by monotony, the mean value and Cauchy's theorem;
- roots, steady_states: bisection, signs at the ends of a piece, interval Newton;
- inverse: psi(R) between P1 and P2 with rho(P1) < R < rho(P2);
- waves: discs by Gershgorin's theorem around the roots of a polynomial.
Every other step rewrites an expression by SymPy and passes `rewriting.require_equal`, or nothing is proved.
"""
