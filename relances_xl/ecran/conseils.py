"""Dire la suite comme on est entré : qui double-clique un lanceur ne tape pas de commande."""

import os
import re

LANCEUR = "RELANCES_XL_LANCEUR"
"""Variable que posent les lanceurs et le menu : les conseils parlent alors d'eux, pas de commandes à taper."""

_LANCEURS = {"actualiser": "1-actualiser", "lister": "2-lister", "produire": "3-produire"}
_AU_MENU = {"annuler": "annuler", "verifier": "vérifier", "historique": "historique", "menu": "menu"}
_COMMANDE = re.compile(r"« (?:relances-xl )?(?P<nom>\w+)(?P<suite>(?: [^»]*)?) »")


def par_un_lanceur() -> bool:
    """Est-on entré par un lanceur à double-cliquer, ou par le menu ?"""
    return bool(os.environ.get(LANCEUR))


def en_lanceurs(texte: str) -> str:
    """Le texte, chaque commande citée remplacée par le lanceur ou le choix du menu qui fait la même chose.

    >>> en_lanceurs("cochez, puis lancez « relances-xl produire mes-relances ».")
    'cochez, puis lancez « 3-produire ».'
    >>> en_lanceurs("« relances-xl lister . --reprendre » les garde ; voyez « relances-xl historique »")
    '« 2-lister » (répondez oui) les garde ; voyez « menu », choix « historique »'
    """
    return _COMMANDE.sub(_remplacer, texte)


def _remplacer(trouvee: re.Match[str]) -> str:
    nom, suite = trouvee["nom"], trouvee["suite"]
    if nom in _LANCEURS:
        return f"« {_LANCEURS[nom]} »" + (" (répondez oui)" if "--reprendre" in suite else "")
    if nom in _AU_MENU and trouvee[0].startswith("« relances-xl "):
        return f"« menu », choix « {_AU_MENU[nom]} »" if nom != "menu" else "« menu »"
    return trouvee[0]
