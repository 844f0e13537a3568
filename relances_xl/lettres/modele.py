"""Un modèle Word compilé une fois, fusionné autant de fois qu'il y a de lettres (contrat §6, « Modèles »)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Template, TemplateError, UndefinedError

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.lettres.catalogue import ChampFusion
from relances_xl.lettres.conditions import comparer
from relances_xl.lettres.contexte import Atelier, Contexte
from relances_xl.lettres.dessin import TYPES_IMAGE, Images
from relances_xl.lettres.document import Document, langue_de, lire_document, reserves_de
from relances_xl.lettres.lignes import FILTRES
from relances_xl.lettres.noms import Noms, elements_de
from relances_xl.lettres.ooxml import ENTETE_XML, lire_xml
from relances_xl.lettres.paquet import (
    CONTENUS,
    RELATIONS_OFFICE,
    Archive,
    Entree,
    Relation,
    comprimer,
    declarer_types,
    lire_relations,
    nom_des_relations,
    relations_xml,
)
from relances_xl.lettres.partie import compiler_arbre, serialiser

_NIVEAU_ZIP = 1  # mesuré : la lettre se comprime en moins de temps que le disque n'en met à l'écrire


@dataclass(frozen=True)
class PartieCompilee:
    """Une partie à fusionner. `images` : elle pose des images, ses relations changent donc avec la lettre."""

    nom: str
    gabarit: Template
    images: bool
    relations: tuple[Relation, ...]
    modifiee: bool


@dataclass
class Modele:
    """Un modèle compilé. `champs` : noms pointés employés ; `reserves` : ce que le convertisseur intégré ne dessine pas."""

    nom: str
    langue: str
    champs: frozenset[str]
    utilise_nombre_de_pages: bool
    reserves: tuple[str, ...]
    avertissements: tuple[Faute, ...]
    document: Document = field(repr=False)
    parties: tuple[PartieCompilee, ...] = field(repr=False)
    archive: Archive = field(repr=False)

    def fusionner(self, valeurs: Mapping[str, object]) -> bytes:
        """La lettre (.docx) de ces valeurs. Une donnée manquante est une `ErreurUtilisateur` qui nomme le champ."""
        variables: list[Entree] = []
        for partie in self.parties:
            if partie.modifiee:
                variables += self._fusionner_partie(partie, valeurs)
        return self.archive.avec(variables)

    def _fusionner_partie(self, partie: PartieCompilee, valeurs: Mapping[str, object]) -> list[Entree]:
        images = Images(partie.nom.rpartition("/")[2].removesuffix(".xml"))
        xml = self.rendre(partie, valeurs, images)
        entrees = [comprimer(partie.nom, xml.encode(), _NIVEAU_ZIP)]
        if partie.images:
            entrees += entrees_des_images(partie.nom, partie.relations, images)
        return entrees

    def rendre(self, partie: PartieCompilee, valeurs: Mapping[str, object], images: Images, pages: int = 0) -> str:
        """Le XML d'une partie pour ces valeurs ; `pages` : le nombre de pages à écrire, 0 pour le laisser à Word."""
        try:
            return partie.gabarit.render(valeurs, valeurs=valeurs, images=images, pages=pages)
        except KeyError as erreur:
            raise self._echec(f"la donnée « {erreur.args[0]} » manque", "") from erreur
        except UndefinedError as erreur:
            raise self._echec(f"une donnée manque : {erreur.message}", "") from erreur
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as erreur:
            raise self._echec(f"une balise ne peut pas être calculée : {erreur}", "corrigez l'expression du modèle") from erreur

    def _echec(self, message: str, remede: str) -> ErreurUtilisateur:
        return ErreurUtilisateur(Faute(message, remede, self.nom))


def compiler(chemin: Path, catalogue: Mapping[str, ChampFusion]) -> Modele:
    """Compile un modèle Word (.docx, .dotx, .docm).

    catalogue : les champs connus, par nom pointé. Lève une seule `ErreurUtilisateur` avec toutes les fautes (champ
    inconnu, balise incorrecte, fichier illisible…) ; ce qui n'empêche pas de fusionner est dans `avertissements`.
    """
    document = lire_document(chemin)
    contexte = Contexte(chemin.name, langue_de(chemin.name, document), Noms(catalogue))
    contexte.environnement.filters.update({**FILTRES, "comparer": comparer, "elements": elements_de})
    parties = tuple(
        partie for nom, lieu in document.parties_de_texte().items() if (partie := _compiler_partie(contexte, document, nom, lieu))
    )
    refuser_si(dict.fromkeys(contexte.fautes))
    avertissements = (*dict.fromkeys(contexte.avertissements), *_modele_sans_champ(contexte, document))
    if any(partie.images for partie in parties):
        contenus = document.parties[CONTENUS]
        document.parties[CONTENUS] = declarer_types(contenus, TYPES_IMAGE, {})
    return Modele(
        chemin.name,
        contexte.langue,
        frozenset(contexte.champs),
        contexte.nombre_de_pages,
        reserves_de(document),
        avertissements,
        document,
        parties,
        _archive_fixe(document, parties),
    )


def _compiler_partie(contexte: Contexte, document: Document, nom: str, lieu: str) -> PartieCompilee | None:
    """La partie compilée ; None si rien n'y est à fusionner."""
    atelier = Atelier(contexte, lieu)
    racine = lire_xml(document.parties[nom])
    compiler_arbre(atelier, racine)
    if not atelier.jetons.codes and not atelier.modifie:
        return None
    source = atelier.jetons.source(serialiser(racine))
    if contexte.fautes:
        return None
    return PartieCompilee(
        nom,
        contexte.environnement.from_string(ENTETE_XML + source),
        atelier.images,
        tuple(lire_relations(document.parties, nom)),
        atelier.modifie,
    )


def _archive_fixe(document: Document, parties: tuple[PartieCompilee, ...]) -> Archive:
    """Les parties que la fusion ne touche pas, comprimées une fois."""
    variables = {partie.nom for partie in parties if partie.modifiee}
    variables |= {nom_des_relations(partie.nom) for partie in parties if partie.images}
    return Archive(comprimer(nom, octets, 9) for nom, octets in document.parties.items() if nom not in variables)


def entrees_des_images(partie: str, relations: tuple[Relation, ...], images: Images) -> list[Entree]:
    """Les fichiers d'images d'une partie, et ses relations complétées."""
    toutes = list(relations)
    entrees = []
    dossier = partie.rpartition("/")[0]
    for identifiant, fichier, octets in images.fichiers():
        cible = f"{dossier}/media/fusion-{fichier}"
        toutes.append(Relation(identifiant, f"{RELATIONS_OFFICE}image", cible, externe=False))
        entrees.append(comprimer(cible, octets, 0))
    return [*entrees, comprimer(nom_des_relations(partie), relations_xml(toutes), _NIVEAU_ZIP)]


def _modele_sans_champ(contexte: Contexte, document: Document) -> list[Faute]:
    """Un modèle sans aucun champ donne la même lettre à tous : on le signale, surtout s'il porte des #MOTS#."""
    if contexte.champs:
        return []
    textes = " ".join("".join(lire_xml(document.parties[nom]).itertext()) for nom in document.parties_de_texte())
    reperes = sorted(set(re.findall(r"#[A-ZÀ-Ü0-9_]{2,}#", textes)))
    if reperes:
        message = f"le modèle n'a aucun champ de fusion, mais des repères {', '.join(reperes[:5])}"
        return [Faute(message, "remplacez-les par des champs : la commande « champs » en donne la liste", contexte.fichier)]
    return [Faute("le modèle n'a aucun champ de fusion", "toutes les lettres seront identiques", contexte.fichier)]
