"""Des tables vers les relances : motifs, niveaux, regroupement, pénalités. Ni fichier, ni horloge."""
