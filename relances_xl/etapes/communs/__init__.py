"""Ce que plusieurs parcours partagent : dialogue avec l'écran, données chargées, modèles compilés."""
