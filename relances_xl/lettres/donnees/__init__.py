"""Ce que les champs reçoivent : des tables de la décision aux valeurs d'une lettre."""
