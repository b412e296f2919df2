"""Views: parse, authorise, one call, answer."""
