"""Pour combien ? Imputation, pénalités, taux, sortie, alertes."""
