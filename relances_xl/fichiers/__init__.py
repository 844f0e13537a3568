"""Le rez-de-chaussée : écrire d'une pièce, nommer sûrement, ouvrir prudemment, verrouiller, lancer un programme."""
