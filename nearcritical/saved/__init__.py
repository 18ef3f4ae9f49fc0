"""Things on disk: written as versioned plain data, and read back to equal ones by constructors that are known."""
