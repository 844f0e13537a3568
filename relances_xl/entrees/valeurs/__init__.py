"""Que veut dire cette colonne de cellules ? Textes, dates, montants."""
