"""The design system: tokens, parts, shells. It knows how things look, nothing of the domain."""
