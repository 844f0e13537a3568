"""Est-ce encore vrai ? La liste confrontée à des exports frais, avant de produire."""
