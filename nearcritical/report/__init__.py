"""The report: the page of a network's laws, derivations, verdicts and pictures."""
