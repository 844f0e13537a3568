"""Relances clients dans Excel et Word : qui relancer, à quel niveau, et les lettres."""
