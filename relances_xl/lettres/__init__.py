"""Les lettres Word : champs, compilation des modèles, fusion, QR de paiement."""
