"""Tests that cross the parts of the house; a part's own tests live beside it."""
