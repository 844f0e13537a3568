"""Un fichier Office, qui est un zip : son enveloppe, ses parties et leurs liens, le XML d'un onglet, l'écrire."""
