"""Cette ligne est-elle relancée ? Motifs, niveaux, crédits, seuils, regroupement."""
