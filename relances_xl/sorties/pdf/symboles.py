"""Les signes des polices Wingdings et Symbol, en Unicode : les cases, flèches et puces que l'on rencontre dans des lettres.

Source : correspondances publiées par le consortium Unicode (L2/12-368) et table « Symbol » d'Adobe.
"""

_WINGDINGS = {
    0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x2B: "✉", 0x36: "⌛", 0x3F: "✍", 0x46: "☞", 0x47: "☝", 0x4A: "☺", 0x4B: "😐",
    0x4C: "☹", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒", 0x74: "⧫", 0x75: "◆", 0x76: "❖",
    0x77: "◆", 0x80: "⓪", **{0x81 + n: chr(0x2460 + n) for n in range(10)}, **{0x8C + n: chr(0x2776 + n) for n in range(10)},
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA2: "○", 0xA3: "○", 0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xDB: "⬅", 0xDC: "➡", 0xDD: "⬆",
    0xDE: "⬇", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xE9: "⬆", 0xEA: "⬇", 0xEF: "⇦", 0xF0: "⇨", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0xA2: "■", 0xA3: "□", 0x2A: "☐"}
_WINGDINGS3 = {0x22: "→", 0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x7D: "▶", 0x84: "▶", 0x86: "▼"}
_WEBDINGS = {0x34: "▶", 0x61: "✓", 0x72: "✗", 0x63: "☐", 0x67: "■", 0x6E: "●", 0xC9: "☎", 0x9B: "✉"}
_GRECQUES = dict(
    zip(map(ord, "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcyw"), "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψω", strict=True)
)
_SYMBOL = {
    **_GRECQUES, 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xAB: "↔", 0xAC: "←",
    0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xA0: "€", 0xA5: "∞", 0xB0: "°", 0xE5: "∑", 0xD6: "√", 0x2D: "−", 0xD2: "®", 0xD3: "©", 0xD4: "™",
}  # fmt: skip
_TABLES = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS2, "wingdings 3": _WINGDINGS3, "webdings": _WEBDINGS, "symbol": _SYMBOL}


def en_unicode(police: str, signe: str) -> str:
    """Le caractère qui se dessine ; le signe lui-même hors de ces polices, « ▪ » s'il n'a pas d'équivalent connu.

    >>> en_unicode("Wingdings", "\\uf0fe"), en_unicode("Symbol", "a"), en_unicode("Arial", "é")
    ('☑', 'α', 'é')
    """
    table = _TABLES.get(police.casefold())
    if table is None:
        return signe
    code = ord(signe) & 0xFF if 0xF000 <= ord(signe) <= 0xF0FF else ord(signe)
    if code in (0x20, 0xA0):
        return " "
    if table is _SYMBOL and code < 0x80:
        return table.get(code, chr(code))
    return table.get(code, "▪")
