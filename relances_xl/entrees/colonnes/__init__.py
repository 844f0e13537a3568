"""Quelle colonne est-ce ? L'en-tête, ce qui l'entoure, le champ que chaque colonne porte."""
