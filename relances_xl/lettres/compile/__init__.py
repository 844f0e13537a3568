"""D'un modèle à des gabarits : champs et balises compilés une fois."""
