"""La porte : ligne de commande, terminal, phrases."""
