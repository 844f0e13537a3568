"""Qui est le client ? Valeurs normalisées, noms, rapprochement avec les échéances."""
