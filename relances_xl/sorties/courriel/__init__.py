"""Le courriel : composé, adressé, remis."""
