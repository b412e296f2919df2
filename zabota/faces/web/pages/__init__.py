"""What pages show: frozen data made by one function each, so that no template asks a query."""
