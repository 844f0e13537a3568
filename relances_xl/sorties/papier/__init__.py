"""L'imprimante."""
