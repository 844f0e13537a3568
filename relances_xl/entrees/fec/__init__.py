"""Le fichier des écritures comptables : des comptes lettrés aux échéances ouvertes."""
