"""Des lettres aux PDF."""
