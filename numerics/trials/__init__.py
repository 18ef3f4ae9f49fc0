"""The toolkit put to the test: wrong laws, random networks, engines against each other."""
