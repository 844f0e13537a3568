"""Fusionner un modèle à blanc, à la compilation : ce qui ne va pas se découvre avant la première lettre."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO

from jinja2 import UndefinedError

from relances_xl.domaine.ecrits.montants import Montant
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.lettres.catalogue import LISTES, ChampFusion, TypeChamp
from relances_xl.lettres.compile.gabarit.gabarits import SEULE, PartieCompilee, rendre
from relances_xl.lettres.paquet.paquet_entier import est_entier
from relances_xl.lettres.word.champ import Ensemble
from relances_xl.lettres.word.dessin import Images

_EXEMPLES: dict[TypeChamp, object] = {
    TypeChamp.MONTANT: Montant(123456, "EUR"),
    TypeChamp.DATE: date(2026, 3, 31),
    TypeChamp.ENTIER: 3,
    TypeChamp.IMAGE: "",
}
_ELEMENTS = 3  # par liste


def valeurs_exemple(catalogue: Mapping[str, ChampFusion]) -> dict[str, object]:
    """Des valeurs plausibles pour tous les champs du catalogue, trois éléments par liste."""
    valeurs: dict[str, object] = {liste: [] for listes in LISTES.values() for liste in listes}
    groupes: dict[str, dict[str, object]] = {}
    for nom, champ in catalogue.items():
        prefixe, _, reste = nom.partition(".")
        exemple = _EXEMPLES.get(champ.type, champ.exemple)
        if reste:
            groupes.setdefault(prefixe, Ensemble())[reste] = exemple
        else:
            valeurs[nom] = exemple
    for prefixe, groupe in groupes.items():
        if prefixe in LISTES:
            valeurs |= {liste: [groupe] * _ELEMENTS for liste in LISTES[prefixe]}
        else:
            valeurs[prefixe] = groupe
    return valeurs


def fautes_a_blanc(modele: str, parties: Sequence[PartieCompilee], catalogue: Mapping[str, ChampFusion]) -> Iterator[Faute]:
    """Les fautes d'une fusion à blanc. Une donnée que seul l'exemple n'a pas (`echeances[9]`) n'en est pas une."""
    valeurs = valeurs_exemple(catalogue)
    for partie in parties:
        try:
            rendre(modele, partie.corps, valeurs, Images(""), SEULE, partie.balises)
        except ErreurUtilisateur as erreur:
            if not isinstance(erreur.__cause__, UndefinedError | LookupError | ArithmeticError):
                yield from erreur.fautes


def avertir_si_illisible(
    modele: str, fusionner: Callable[[Mapping[str, object]], bytes], catalogue: Mapping[str, ChampFusion]
) -> Iterator[Faute]:
    """Rouvre la lettre d'essai, sans rien de ce qui l'a écrite : un paquet mal formé se voit ici.

    Au moindre doute, python-docx tranche ; parfois plus exigeant que Word, il n'en fait qu'un avertissement.
    """
    try:
        lettre = fusionner(valeurs_exemple(catalogue))
    except ErreurUtilisateur:
        return  # une donnée que seul l'exemple n'a pas
    if est_entier(lettre):
        return
    from docx import Document as ouvrir_docx  # long à charger : un modèle sain ne l'attend pas

    try:
        ouvrir_docx(BytesIO(lettre))
    except Exception as erreur:  # celles de zipfile, de lxml ou de python-docx : le modèle est de l'utilisateur, tout s'y peut
        yield Faute(
            f"la lettre d'essai ne se rouvre pas ({type(erreur).__name__} : {erreur})",
            "ouvrez le modèle dans Word, enregistrez-le en .docx, puis vérifiez une lettre",
            modele,
        )
