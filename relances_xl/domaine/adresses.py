"""Adresse postale : lignes NF Z10-011 (six lignes de 38 caractères au plus, sans ponctuation en fin de bloc)."""
