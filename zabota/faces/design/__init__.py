"""The design system: tokens, parts and shells. It knows how things look, and nothing of the domain."""
