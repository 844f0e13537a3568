"""Écrire le classeur de revue, et les autres classeurs de l'outil au même habit."""
