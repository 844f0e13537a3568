"""PDF, imprimante, courriel."""
