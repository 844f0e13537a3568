"""Les gabarits d'un modèle compilé : rendre une partie pour des valeurs, avec les images qu'elle pose."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, Template, TemplateError, UndefinedError

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.lettres.compile.gabarit.bac_a_sable import mot_cle
from relances_xl.lettres.compile.gabarit.bornes import BudgetDepasse, derouler
from relances_xl.lettres.paquet.zip_docx import (
    RELATIONS_OFFICE,
    Entree,
    Relation,
    comprimer,
    nom_des_relations,
    relations_xml,
)
from relances_xl.lettres.word.champ import Xml
from relances_xl.lettres.word.dessin import Images

_REMEDE = "vérifiez ce champ dans le modèle : « relances-xl champs » les montre tous"
NIVEAU_ZIP = 1  # celui d'ISA-L : mesuré cinq fois plus rapide que le niveau 3 de zlib, pour 7 % d'octets de plus


class Repere(NamedTuple):
    """Ce qu'un gabarit sait de sa place : lettre seule (défaut), ou l'une des lettres d'un document (`suite`).

    pages : nombre de pages à écrire, 0 pour le laisser à Word ; signet, section : XML de tête et de fin de lettre ;
    relations : relation d'un en-tête du modèle → celle de l'en-tête propre à la lettre.
    """

    suite: bool = False
    lettre: int = 0
    pages: int = 0
    signet: str = ""
    section: str = ""
    relations: Mapping[str, str] = {}

    def avec_section(self, section: str) -> dict[str, object]:
        """Le contexte d'une lettre que suit une autre : sa section finit dans son dernier paragraphe."""
        return {**self.contexte(), "rx_section": Xml(section)}

    def contexte(self) -> dict[str, object]:
        return {
            "rx_suite": self.suite,
            "rx_lettre": self.lettre,
            "rx_pages": self.pages,
            "rx_signet": Xml(self.signet),
            "rx_section": Xml(self.section),
            "rx_relations": self.relations,
        }


SEULE: dict[str, object] = Repere().contexte()


class PartieCompilee(NamedTuple):
    """Une partie à fusionner : texte fixe, gabarit, texte fixe.

    balises : celles du modèle, et leur place ; racines : les valeurs d'une lettre dont la partie dépend ; genre : celui de sa relation (`header`…), « document » pour la principale ; relation : son identifiant ; modifiee :
    fausse si seul l'assemblage la change ; images : elle en pose ; section_suite, cloture : pour la principale, la
    dernière section d'une lettre dans un document de plusieurs, et ce qui la suit.
    """

    nom: str
    genre: str
    relation: str
    modifiee: bool
    images: bool
    relations: tuple[Relation, ...]
    tete: str
    corps: Template
    fin: str
    balises: tuple[tuple[str, str], ...] = ()
    racines: tuple[str, ...] = ()
    section_suite: Template | None = None
    cloture: str = ""

    @property
    def dossier(self) -> str:
        return self.nom.rpartition("/")[0]

    @property
    def base(self) -> str:
        """Le nom du fichier, sans dossier ni extension."""
        return self.nom.rpartition("/")[2].removesuffix(".xml")


def rendre(
    modele: str,
    gabarit: Template,
    valeurs: Mapping[str, object],
    images: Images,
    contexte: Mapping[str, object],
    balises: Iterable[tuple[str, str]] = (),
) -> str:
    """Le XML d'un gabarit. Une valeur qui manque ou ne se calcule pas : `ErreurUtilisateur` nommant le modèle.

    balises : celles du modèle et leur place, pour dire laquelle est en cause.
    """
    donnees = {**valeurs, "rx_valeurs": valeurs, "rx_images": images, **contexte}
    try:
        return derouler(gabarit, donnees)
    except KeyError as erreur:
        raise _echec(modele, f"la donnée « {erreur.args[0]} » manque", _REMEDE) from erreur
    except UndefinedError as erreur:
        raise _echec(modele, f"une donnée manque ({erreur.message})", _REMEDE) from erreur
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, BudgetDepasse) as erreur:
        place = _place(gabarit.environment, balises, donnees, type(erreur))
        raise _echec(modele, f"une balise ne peut pas être calculée ({erreur})", "corrigez l'expression du modèle", place) from erreur


def _place(environnement: Environment, balises: Iterable[tuple[str, str]], donnees: Mapping[str, object], echec: type[Exception]) -> str:
    """Le paragraphe de la première balise qui, seule, échoue de même ; à défaut, de la seule ou des premières boucles."""
    connues = list(balises)
    for balise, place in connues:
        if not balise.startswith("{%") or mot_cle(balise) == "for":
            try:
                derouler(environnement.from_string(balise + ("{% endfor %}" if balise.startswith("{%") else "")), donnees)
            except echec:
                return place
            except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, BudgetDepasse):
                continue
    suspectes = dict.fromkeys(place for balise, place in connues if mot_cle(balise) in ("for", "set"))
    return " ; ".join(list(suspectes)[:3])


def _echec(modele: str, message: str, remede: str, place: str = "") -> ErreurUtilisateur:
    return ErreurUtilisateur(Faute(message, remede, modele, cellule=place))


def entrees_des_relations(
    nom: str, relations: Iterable[Relation], images: Images, fichiers: dict[bytes, str] | None = None
) -> list[Entree]:
    """Les relations de la partie de ce nom, complétées par celles des images qu'elle pose, et les fichiers de ces images.

    fichiers : les images déjà dans le document (octets → partie), complétées ; celles-là ne sont pas écrites deux fois.
    """
    toutes = list(relations)
    entrees = []
    connus = {} if fichiers is None else fichiers
    for identifiant, fichier, octets in images.fichiers():
        if octets not in connus:
            connus[octets] = f"{nom.rpartition('/')[0]}/media/fusion-{fichier}"
            entrees.append(comprimer(connus[octets], octets, 0))
        toutes.append(Relation(identifiant, f"{RELATIONS_OFFICE}image", connus[octets], externe=False))
    if toutes:
        entrees.append(_entree_des_relations(nom, tuple(toutes)))
    return entrees


@lru_cache(maxsize=64)
def _entree_des_relations(nom: str, relations: tuple[Relation, ...]) -> Entree:
    """La même d'une lettre à l'autre : seuls les octets des images changent."""
    return comprimer(nom_des_relations(nom), relations_xml(relations), NIVEAU_ZIP)
