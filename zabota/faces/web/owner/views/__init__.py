"""Views of the owner's pages: parse, authorise, one call, answer."""
