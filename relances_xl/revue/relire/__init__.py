"""Relire la revue : ce que l'utilisateur a choisi, quoi qu'il ait fait des lignes."""
