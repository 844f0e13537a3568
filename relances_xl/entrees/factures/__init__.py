"""Les factures électroniques d'un dossier : Factur-X et CII, et leur cycle de vie."""
