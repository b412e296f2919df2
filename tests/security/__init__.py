"""What an attacker or a stranger tries, and what the house answers."""
