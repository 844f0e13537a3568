"""Plusieurs lettres dans un seul document."""
