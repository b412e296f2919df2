"""What people and machines touch. The only place with HTML or JSON."""
