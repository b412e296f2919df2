"""What can be asked of channels."""
