"""What the product knows. No HTML, no clock, no network inside a transaction."""
