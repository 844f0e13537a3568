"""Ce que XlsxWriter fait trop lentement, fait d'un bloc ou au fil de l'eau : seule pièce qui dépende de ses rouages internes."""
