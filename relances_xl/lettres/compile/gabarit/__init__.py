"""Jinja dans des bornes : ce qu'un modèle a le droit de demander, et les gabarits qu'il en reste à rendre."""
