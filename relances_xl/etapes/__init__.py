"""Les parcours : nouveau, actualiser, lister, produire, annuler, de haut en bas comme l'histoire du métier."""
