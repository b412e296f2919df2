"""The owner's pages: first run, people, mailboxes, hours and texts, health, exports."""
