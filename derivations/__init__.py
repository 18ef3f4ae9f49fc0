"""The theory, one chapter per file; each ends in laws."""
