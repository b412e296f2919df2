"""What keeps the house in order and no linter says: sizes, layers, words, supplies."""
