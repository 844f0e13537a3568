"""Relances clients dans Excel et Word : qui relancer, à quel niveau, et les lettres.

Depuis Python, les mêmes étapes que la ligne de commande, sans l'horloge ni l'écran :

>>> from relances_xl import Demande, Dossier, lister, produire  # doctest: +SKIP
>>> liste = lister(Dossier("mes-relances"), date.today())  # doctest: +SKIP
>>> bilan = produire(Dossier("mes-relances"), datetime.now().astimezone(), Demande(oui=True))  # doctest: +SKIP

Une faute de l'utilisateur lève `ErreurUtilisateur`, dont `fautes` dit le fichier, l'onglet, la cellule et le remède.
Rien n'est chargé avant d'être demandé : `import relances_xl` est immédiat.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, ProductionInterrompue
    from relances_xl.dossier import Dossier, Lot
    from relances_xl.etapes.actualiser import actualiser
    from relances_xl.etapes.annuler import annuler
    from relances_xl.etapes.lister import Liste, lister
    from relances_xl.etapes.nouveau import nouveau
    from relances_xl.etapes.produire import Bilan, Demande, produire
    from relances_xl.etapes.verifier import Constat, verifier

    __version__: str

_D_OU = {
    "Bilan": "etapes.produire",
    "Constat": "etapes.verifier",
    "Demande": "etapes.produire",
    "Dossier": "dossier",
    "ErreurUtilisateur": "domaine.erreurs",
    "Faute": "domaine.erreurs",
    "Liste": "etapes.lister",
    "Lot": "dossier",
    "ProductionInterrompue": "domaine.erreurs",
    "actualiser": "etapes.actualiser",
    "annuler": "etapes.annuler",
    "lister": "etapes.lister",
    "nouveau": "etapes.nouveau",
    "produire": "etapes.produire",
    "verifier": "etapes.verifier",
}
"""Chaque nom public, et le module qui le définit."""

__all__ = [
    "Bilan",
    "Constat",
    "Demande",
    "Dossier",
    "ErreurUtilisateur",
    "Faute",
    "Liste",
    "Lot",
    "ProductionInterrompue",
    "__version__",
    "actualiser",
    "annuler",
    "lister",
    "nouveau",
    "produire",
    "verifier",
]


def __getattr__(nom: str) -> Any:
    """Charge un nom public la première fois qu'on le demande."""
    if nom == "__version__":
        from importlib.metadata import version

        return version("relances-xl")
    if nom not in _D_OU:
        raise AttributeError(f"module {__name__!r} has no attribute {nom!r}")
    return getattr(import_module(f"{__name__}.{_D_OU[nom]}"), nom)
