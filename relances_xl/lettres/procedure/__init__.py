"""Les documents d'un dossier contentieux : le bordereau des pièces, la requête."""
