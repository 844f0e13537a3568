"""Produire, étape par étape : préparer, fabriquer, sortir, rendre compte."""
