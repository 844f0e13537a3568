"""Le « Tableau de bord » : ses totaux, ses graphiques, ses tables."""
