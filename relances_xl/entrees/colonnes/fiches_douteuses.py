"""Un fichier clients n'a ni date ni montant qui désigne d'emblée ses lignes de données : celles-ci se reconnaissent par colonne.

Regarder chaque ligne (`hors_tableau.Tri`) coûterait plus que lire le fichier : seules les douteuses le sont.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

_MOTS_DE_TOTAL = re.compile(rb"totaux|total|cumul|report|solde")
"""Ce que contient, nu, tout libellé de total."""
_SEPARATEUR = "\0"
_MUETS = bytes(octet for octet in range(1, 128) if not chr(octet).isalnum())


def douteuses(colonnes: Sequence[Sequence[str]], entete: Sequence[str], code: int, titres: Collection[str]) -> set[int]:
    """Les rangs des lignes qui pourraient n'être pas des fiches ; les autres ont un code, autre chose encore, et rien d'un titre ni d'un total.

    colonnes : toutes celles de la feuille, en textes ; entete : leurs titres (`cle`) ; code : le rang de celle du code
    client ; titres : les textes des lignes au-dessus de l'en-tête.
    """
    toutes = set(range(len(colonnes[code])))
    trouvees = {i for i, texte in enumerate(colonnes[code]) if not texte}
    seules = toutes
    for rang, textes in enumerate(colonnes):
        if rang != code and seules:
            seules = {i for i in seules if not textes[i]} if "" in textes else set()
        if not set(titres).isdisjoint(textes):
            trouvees |= {i for i, texte in enumerate(textes) if texte in titres}
        titre = entete[rang] if rang < len(entete) else ""
        nus, cherche = _nus(textes), _nus([titre])
        if nus.count(b"\0") != len(textes) - 1 or (titre and not cherche):  # un séparateur dans une cellule, un titre en arabe
            return toutes
        if _MOTS_DE_TOTAL.search(nus) or (titre and b"\0%b\0" % cherche in b"\0%b\0" % nus):
            trouvees |= {i for i, nu in enumerate(nus.split(b"\0")) if (titre and nu == cherche) or _MOTS_DE_TOTAL.search(nu)}
    return trouvees | seules


def _nus(textes: Sequence[str]) -> bytes:
    """Les lettres et chiffres ASCII des textes, sans casse ni accents, séparés : deux textes de même `cle` y sont égaux."""
    joints = _SEPARATEUR.join(textes)
    if not joints.isascii():
        joints = unicodedata.normalize("NFKD", joints.replace("œ", "oe").replace("Œ", "OE"))
    return joints.casefold().encode("ascii", "ignore").translate(None, _MUETS)
