"""Un modèle Word compilé une fois, fusionné autant de fois qu'il y a de lettres (contrat §6, « Modèles »)."""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute, refuser_si
from relances_xl.lettres.assemble.assemblage import Assembleur
from relances_xl.lettres.catalogue import CATALOGUE, ChampFusion
from relances_xl.lettres.compile.conditions import comparer
from relances_xl.lettres.compile.contexte import Atelier, Contexte
from relances_xl.lettres.compile.essai import avertir_si_illisible, fautes_a_blanc
from relances_xl.lettres.compile.gabarit.gabarits import (
    NIVEAU_ZIP,
    SEULE,
    PartieCompilee,
    entrees_des_relations,
    rendre,
)
from relances_xl.lettres.compile.noms_de_champs import NomsDeChamps, elements_de, racines
from relances_xl.lettres.compile.partie import compiler_arbre, serialiser
from relances_xl.lettres.compile.repetitions import FILTRES
from relances_xl.lettres.compile.sections import COUPE, alleger, preparer_corps, preparer_notes
from relances_xl.lettres.paquet.dehors import oter_les_chemins
from relances_xl.lettres.paquet.document import Document, enregistre_par_libreoffice, langue_de, lire_document
from relances_xl.lettres.paquet.numerotation import Numerotation, recommencer_listes
from relances_xl.lettres.paquet.reserves import Reserve, reserves_de
from relances_xl.lettres.paquet.zip_docx import (
    CONTENUS,
    RELATIONS_OFFICE,
    Entree,
    ZipPrepare,
    comprimer,
    declarer_types,
    lire_parties,
    lire_relations,
    nom_des_relations,
)
from relances_xl.lettres.word.dessin import TYPES_IMAGE, Images
from relances_xl.lettres.word.ooxml import ENTETE_XML, Noeud, lire_xml, w
from relances_xl.lettres.word.revisions import mettre_au_net


@dataclass
class Modele:
    """Un modèle compilé.

    champs : noms pointés employés ; reserves : ce que le convertisseur intégré ne rend pas ; a_des_notes : aucun
    convertisseur ne recommence leurs numéros, ni ne range les notes de fin, dans un document de plusieurs lettres.
    """

    nom: str
    langue: str
    champs: frozenset[str]
    utilise_nombre_de_pages: bool
    reserves: tuple[Reserve, ...]
    avertissements: tuple[Faute, ...]
    document: Document = field(repr=False)
    parties: tuple[PartieCompilee, ...] = field(repr=False)
    numerotation: Numerotation | None = field(repr=False)
    a_des_notes: bool = False
    source: bytes = field(default=b"", repr=False)
    _dernieres: dict[str, tuple[list[object], Entree]] = field(default_factory=dict, init=False, repr=False)

    def fusionner(self, valeurs: Mapping[str, object]) -> bytes:
        """La lettre (.docx) de ces valeurs. Une donnée manquante est une `ErreurUtilisateur` qui nomme le champ."""
        return self._archive.avec(entree for partie in self._modifiees for entree in self._fusionner_partie(partie, valeurs))

    def assembler(self, suite: Sequence[Mapping[str, object]], signets: Sequence[str], pages: int = 1) -> bytes:
        """Un seul document (.docx) de toutes ces lettres, quelques centaines au plus.

        signets : le nom du signet posé en tête de chaque lettre ; pages : le nombre de pages de chacune, écrit à la
        place des champs NUMPAGES et SECTIONPAGES.
        """
        return self._assembleur.assembler(suite, signets, pages)

    def __reduce__(self) -> "tuple[Callable[[str, bytes], Modele], tuple[str, bytes]]":
        """Part chez un autre processus sous forme de .docx : il l'y compile, une fois pour toutes ses lettres."""
        return _recompiler, (self.nom, self.source)

    @cached_property
    def _modifiees(self) -> tuple[PartieCompilee, ...]:
        return tuple(partie for partie in self.parties if partie.modifiee)

    @cached_property
    def _archive(self) -> ZipPrepare:
        """Les parties que la fusion ne touche pas, comprimées une fois."""
        variables = {partie.nom for partie in self._modifiees}
        variables |= {nom_des_relations(partie.nom) for partie in self._modifiees if partie.images}
        return ZipPrepare(comprimer(nom, octets, 9) for nom, octets in self.document.parties.items() if nom not in variables)

    @cached_property
    def _sans_images(self) -> dict[str, list[Entree]]:
        """Les relations des parties à images, quand la lettre n'en pose aucune."""
        return {partie.nom: entrees_des_relations(partie.nom, partie.relations, Images("")) for partie in self.parties}

    @cached_property
    def _assembleur(self) -> Assembleur:
        return Assembleur(self.nom, self.document, self.parties, self.numerotation)

    def _fusionner_partie(self, partie: PartieCompilee, valeurs: Mapping[str, object]) -> list[Entree]:
        if not partie.images:
            return [self._la_meme(partie, valeurs)]
        images = Images(partie.base)
        entree = self._rendre(partie, valeurs, images)
        return [entree, *(entrees_des_relations(partie.nom, partie.relations, images) if images.posees else self._sans_images[partie.nom])]

    def _la_meme(self, partie: PartieCompilee, valeurs: Mapping[str, object]) -> Entree:
        """Un en-tête ou un pied dont les valeurs sont celles de la lettre d'avant n'est ni rendu ni comprimé de nouveau."""
        siennes = [valeurs.get(racine) for racine in partie.racines]
        connue = self._dernieres.get(partie.nom)
        if connue is None or connue[0] != siennes:
            connue = self._dernieres[partie.nom] = (siennes, self._rendre(partie, valeurs, Images(partie.base)))
        return connue[1]

    def _rendre(self, partie: PartieCompilee, valeurs: Mapping[str, object], images: Images) -> Entree:
        xml = "".join((partie.tete, rendre(self.nom, partie.corps, valeurs, images, SEULE, partie.balises), partie.fin))
        return comprimer(partie.nom, xml.encode(), NIVEAU_ZIP)


def compiler(chemin: Path, catalogue: Mapping[str, ChampFusion], parties: dict[str, bytes] | None = None) -> Modele:
    """Compile un modèle Word (.docx, .dotx, .docm).

    catalogue : les champs connus, par nom pointé ; parties : celles du fichier, s'il est déjà ouvert. Lève une seule `ErreurUtilisateur` avec toutes les fautes (champ
    inconnu, balise incorrecte, fichier illisible…) ; ce qui n'empêche pas de fusionner est dans `avertissements`.
    """
    try:
        return _compiler(chemin, catalogue, lire_parties(chemin) if parties is None else parties)
    except (RecursionError, SyntaxError, MemoryError) as erreur:  # des blocs ou des champs emboîtés à l'infini
        faute = Faute("ses champs ou ses blocs sont emboîtés trop profondément", "simplifiez le modèle", chemin.name)
        raise ErreurUtilisateur(faute) from erreur


def _compiler(chemin: Path, catalogue: Mapping[str, ChampFusion], parties_lues: dict[str, bytes]) -> Modele:
    document = lire_document(chemin, parties_lues)
    contexte = Contexte(chemin.name, langue_de(chemin.name, document), NomsDeChamps(catalogue))
    contexte.environnement.filters.update({**FILTRES, "comparer": comparer, "elements": elements_de})
    analysees = {nom: _analyser(contexte, document, nom, lieu) for nom, lieu in document.parties_de_texte().items()}
    _constater(contexte, document)
    refuser_si(dict.fromkeys(contexte.fautes))
    atelier, corps = analysees[document.principale]
    a_des_notes = next(corps.iter(w("footnoteReference"), w("endnoteReference")), None) is not None
    numerotation = recommencer_listes(atelier.jetons, corps, document)
    parties = _compiler_parties(document, analysees)
    champs = frozenset[str]().union(*(atelier.champs for atelier, _ in analysees.values()))
    refuser_si(fautes_a_blanc(chemin.name, parties, catalogue))
    if any(partie.images for partie in parties):
        document.parties[CONTENUS] = declarer_types(document.parties[CONTENUS], TYPES_IMAGE, {})
    modele = Modele(
        chemin.name,
        contexte.langue,
        champs,
        contexte.nombre_de_pages,
        reserves_de(document),
        (*dict.fromkeys(contexte.avertissements), *(() if champs else _modele_sans_champ(contexte, document))),
        document,
        parties,
        numerotation,
        a_des_notes,
        chemin.read_bytes(),
    )
    illisible = tuple(avertir_si_illisible(chemin.name, modele.fusionner, catalogue))
    return replace(modele, avertissements=(*modele.avertissements, *illisible)) if illisible else modele


@lru_cache(maxsize=32)
def _recompiler(nom: str, source: bytes) -> Modele:
    """Le modèle reçu d'un autre processus."""
    with tempfile.TemporaryDirectory(prefix="relances_xl_", ignore_cleanup_errors=True) as dossier:
        chemin = Path(dossier) / nom
        chemin.write_bytes(source)
        return compiler(chemin, CATALOGUE)


def _analyser(contexte: Contexte, document: Document, nom: str, lieu: str) -> tuple[Atelier, Noeud]:
    """L'arbre d'une partie, ses champs et balises devenus des jetons."""
    atelier = Atelier(contexte, lieu)
    racine = mettre_au_net(lire_xml(document.parties[nom]))
    document.constats += [("chemin", cible) for cible in oter_les_chemins(document.parties, nom, racine)]
    compiler_arbre(atelier, racine)
    return atelier, racine


def _constater(contexte: Contexte, document: Document) -> None:
    """Ce que le paquet portait d'étranger à une lettre, ou qui y manque."""
    if contexte.aplatis:
        (nom, place), *_ = contexte.aplatis.values()
        contexte.constater("aplati", ", ".join(f"« «{ecrit}» »" for ecrit in contexte.aplatis), nom, place=place)
    for cle, detail in dict.fromkeys(document.constats):
        contexte.constater(cle, detail)
    if enregistre_par_libreoffice(document) and contexte.mergefields and not contexte.commutateurs:
        contexte.constater("commutateurs perdus")


def _compiler_parties(document: Document, analysees: dict[str, tuple[Atelier, Noeud]]) -> tuple[PartieCompilee, ...]:
    """Les parties à gabarit : le corps et les notes toujours, les en-têtes et pieds s'ils portent des champs."""
    liens = {lien.cible: lien for lien in lire_relations(document.parties, document.principale)}
    parties = []
    propres = []
    for nom, (atelier, racine) in analysees.items():
        genre = "document" if nom == document.principale else liens[nom].type.removeprefix(RELATIONS_OFFICE)
        if genre in ("header", "footer") and atelier.jetons.codes:
            propres.append(liens[nom].identifiant)
            parties.append(_compiler_partie(document, nom, genre, liens[nom].identifiant, atelier, racine))
        elif genre in ("footnotes", "endnotes"):
            preparer_notes(atelier.jetons, racine)
            parties.append(_compiler_partie(document, nom, genre, liens[nom].identifiant, atelier, racine))
    atelier, racine = analysees[document.principale]
    preparer_corps(atelier, racine, propres)
    return (_compiler_partie(document, document.principale, "document", "", atelier, racine), *parties)


def _compiler_partie(document: Document, nom: str, genre: str, relation: str, atelier: Atelier, racine: Noeud) -> PartieCompilee:
    """La partie en morceaux : fixe, gabarit, fixe ; pour le corps, la section finale et sa variante en plus."""
    alleger(racine)
    jetons, environnement = atelier.jetons, atelier.contexte.environnement
    sources = [jetons.source(morceau) for morceau in serialiser(racine).split(COUPE)]
    if len(sources) == 1:
        sources = ["", *sources, ""]
    return PartieCompilee(
        nom,
        genre,
        relation,
        atelier.modifie,
        atelier.images,
        tuple(lire_relations(document.parties, nom)),
        ENTETE_XML + sources[0],
        environnement.from_string(sources[1]),
        sources[2] + (sources[-1] if genre == "document" else ""),
        tuple(atelier.balises),
        tuple(sorted({racine for nom in atelier.champs for racine in racines(nom)})),
        environnement.from_string(sources[3]) if genre == "document" else None,
        sources[-1] if genre == "document" else "",
    )


def _modele_sans_champ(contexte: Contexte, document: Document) -> list[Faute]:
    """Un modèle sans aucun champ donne la même lettre à tous : on le signale, surtout s'il porte des #MOTS#."""
    textes = " ".join("".join(lire_xml(document.parties[nom]).itertext()) for nom in document.parties_de_texte())
    reperes = sorted(set(re.findall(r"#[A-ZÀ-Ü0-9_]{2,}#", textes)))
    if reperes:
        message = f"le modèle n'a aucun champ de fusion, mais des repères {', '.join(reperes[:5])}"
        return [Faute(message, "remplacez-les par des champs : la commande « champs » en donne la liste", contexte.fichier)]
    return [Faute("le modèle n'a aucun champ de fusion", "toutes les lettres seront identiques", contexte.fichier)]
