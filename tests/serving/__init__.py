"""A real server for tests: `zabota web` as a child process on a free port and its own data."""
