"""Choisir le convertisseur : Word lui-même, LibreOffice, ou l'intégré (contrat §6)."""

from collections.abc import Callable, Mapping

from relances_xl.domaine.criteres import Convertisseur
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.sorties.pdf import integre, libreoffice, par_word
from relances_xl.sorties.pdf.conversion import Outil

_TROUVER: Mapping[Convertisseur, Callable[[], Outil | None]] = {
    Convertisseur.WORD: par_word.trouver,
    Convertisseur.LIBREOFFICE: libreoffice.trouver,
    Convertisseur.INTEGRE: integre.trouver,
}
"""Du plus fidèle au plus simple : l'ordre de « Auto »."""


def choisir(convertisseur: Convertisseur, *, pdfa: bool = False) -> Outil:
    """L'outil demandé ; « Auto » : le premier présent. Un outil nommé mais absent est une faute.

    pdfa : les PDF doivent être des PDF/A, ce que seul LibreOffice sait faire.
    """
    if pdfa:
        return _pour_le_pdfa(convertisseur)
    candidats = [convertisseur] if convertisseur != Convertisseur.AUTO else list(_TROUVER)
    for candidat in candidats:
        outil = _TROUVER[candidat]()
        if outil is not None:
            return outil
    raise ErreurUtilisateur(
        Faute(
            f"convertisseur PDF « {convertisseur} » introuvable sur cette machine",
            "installez-le, ou mettez « Auto » au critère « Convertisseur PDF »",
            "criteres.xlsx",
            "Critères",
        )
    )


def _pour_le_pdfa(convertisseur: Convertisseur) -> Outil:
    outil = libreoffice.trouver(pdfa=True)
    if convertisseur not in (Convertisseur.AUTO, Convertisseur.LIBREOFFICE):
        manque, remede = f"« {convertisseur} » n'en fait pas", "mettez « Auto » ou « LibreOffice » au critère « Convertisseur PDF »"
    elif outil is None:
        manque, remede = "seul LibreOffice en fait, et il est introuvable sur cette machine", "installez LibreOffice"
    else:
        return outil
    raise ErreurUtilisateur(
        Faute(f"des PDF/A sont demandés : {manque}", f"{remede}, ou mettez le critère « PDF/A » à Non", "criteres.xlsx", "Critères")
    )
