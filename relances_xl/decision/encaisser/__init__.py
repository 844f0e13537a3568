"""Est-ce déjà payé ? Les encaissements de la banque rapprochés des pièces ouvertes, sans rien écrire nulle part."""
