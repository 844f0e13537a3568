"""Les mots du métier : critères, niveaux, motifs, montants, dates, adresses. Aucune entrée-sortie, aucune horloge."""
