"""LE classeur de critères, `criteres.xlsx` : lu et écrit ici."""
