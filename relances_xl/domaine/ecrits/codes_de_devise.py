"""Les devises qui existent (ISO 4217)."""

from functools import lru_cache


@lru_cache(maxsize=1)
def devises() -> frozenset[str]:
    """Les codes ISO 4217 connus."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies()) - {"XXX", "XTS"}
