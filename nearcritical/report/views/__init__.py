"""What the page of a report shows, part by part, ready for its templates."""
