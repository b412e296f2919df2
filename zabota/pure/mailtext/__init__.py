"""Mail as a machine sends it, read into data that a person's page can use. See README.md."""
