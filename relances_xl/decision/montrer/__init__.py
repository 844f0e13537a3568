"""Que montrer autour de la liste ? Âges, effet des relances, compléments, contrôle, bilan."""
