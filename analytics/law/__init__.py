"""Laws: the record, its derivation in steps, and its values."""
