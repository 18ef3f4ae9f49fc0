"""What is studied: a network, its activation and its kernel."""
