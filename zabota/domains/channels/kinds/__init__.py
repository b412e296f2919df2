"""The kinds of channels: one folder each, with its codec, its transport and its settings."""
