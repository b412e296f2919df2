"""The decisions of the charter, pure: sections, documents, precedence, and hours."""
