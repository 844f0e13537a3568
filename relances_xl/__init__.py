"""Relances clients dans Excel et Word : qui relancer, à quel niveau, et les lettres."""

from importlib.metadata import version

__version__ = version("relances-xl")
