"""Le classeur de revue : écrit ici, relu ici."""
