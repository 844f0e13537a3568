"""Tenir `criteres.xlsx` à jour sans rien déranger : seules changent les cellules que l'on ajoute ou remplit."""
