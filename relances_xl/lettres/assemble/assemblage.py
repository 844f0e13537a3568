"""Réunir les lettres d'un même modèle dans un seul document Word : c'est ce qui rend les PDF rapides.

Une section par lettre, sur une nouvelle page numérotée 1, un signet en tête ; les en-têtes et pieds qui portent des
champs existent par lettre (une fois par contenu), les autres sont communs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

from relances_xl.lettres.compile.gabarit.gabarits import (
    NIVEAU_ZIP,
    PartieCompilee,
    Repere,
    entrees_des_relations,
    rendre,
)
from relances_xl.lettres.compile.sections import RELATIONS_VIDES
from relances_xl.lettres.paquet.document import Document
from relances_xl.lettres.paquet.numerotation import Numerotation
from relances_xl.lettres.paquet.zip_docx import (
    CONTENUS,
    RELATIONS_OFFICE,
    TYPES_WORD,
    Entree,
    Relation,
    ZipPrepare,
    comprimer,
    declarer_types,
    nom_des_relations,
)
from relances_xl.lettres.word.dessin import TYPES_IMAGE, Images
from relances_xl.lettres.word.ooxml import ENTETE_XML, W

Valeurs = Mapping[str, object]

_PREMIER_SIGNET = 1_000_000_000  # au-dessus des identifiants de signets du modèle


@dataclass
class Assembleur:
    """Assemble des lettres d'un modèle ; sert à autant de documents qu'on veut."""

    modele: str
    document: Document
    parties: tuple[PartieCompilee, ...]
    numerotation: Numerotation | None

    def assembler(self, suite: Sequence[Valeurs], signets: Sequence[str], pages: int) -> bytes:
        """Le document de ces lettres, dans l'ordre ; `signets` : un nom par lettre."""
        fusion = _Fusion(self, pages)
        for rang, (valeurs, signet) in enumerate(zip(suite, signets, strict=True)):
            fusion.ajouter(valeurs, _signet(signet, rang), derniere=rang == len(suite) - 1)
        return self.archive.avec(fusion.entrees())

    def de_genre(self, *genres: str) -> tuple[PartieCompilee, ...]:
        return tuple(partie for partie in self.parties if partie.genre in genres)

    @cached_property
    def corps(self) -> PartieCompilee:
        return self.de_genre("document")[0]

    @cached_property
    def entetes(self) -> tuple[PartieCompilee, ...]:
        """Les en-têtes et pieds propres à chaque lettre."""
        return self.de_genre("header", "footer")

    @cached_property
    def notes(self) -> tuple[PartieCompilee, ...]:
        return self.de_genre("footnotes", "endnotes")

    @cached_property
    def archive(self) -> ZipPrepare:
        """Les parties communes à tous les documents."""
        variables = {CONTENUS, self.numerotation.nom if self.numerotation else ""}
        for partie in self.parties:
            variables |= {partie.nom, nom_des_relations(partie.nom)}
        return ZipPrepare(comprimer(nom, octets) for nom, octets in self.document.parties.items() if nom not in variables)


@dataclass
class _Fusion:
    """Un document en cours d'assemblage : ce que chaque lettre y ajoute."""

    assembleur: Assembleur
    pages: int
    lettres: int = 0
    textes: dict[str, list[str]] = field(default_factory=dict)
    images: dict[str, Images] = field(default_factory=dict)
    poses: dict[tuple[str, str, tuple[bytes, ...]], str] = field(default_factory=dict)
    entrees_des_entetes: list[Entree] = field(default_factory=list)
    liens: list[Relation] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    fichiers: dict[bytes, str] = field(default_factory=dict)

    def ajouter(self, valeurs: Valeurs, signet: str, *, derniere: bool) -> None:
        """Ajoute une lettre à la suite."""
        corps = self.assembleur.corps
        assert corps.section_suite is not None
        relations = {entete.relation: self._entete(entete, valeurs) for entete in self.assembleur.entetes}
        repere = Repere(True, self.lettres, self.pages, signet, "", relations)
        images = self._images(corps)
        section = rendre(self.assembleur.modele, corps.section_suite, valeurs, images, repere.contexte())
        contexte = repere.contexte() if derniere else repere.avec_section(section)
        textes = self.textes.setdefault(corps.nom, [])
        textes.append(rendre(self.assembleur.modele, corps.corps, valeurs, images, contexte))
        if derniere:
            textes += (section, corps.cloture)
        for partie in self.assembleur.notes:
            note = rendre(self.assembleur.modele, partie.corps, valeurs, self._images(partie), contexte)
            self.textes.setdefault(partie.nom, []).append(note)
        self.lettres += 1

    def entrees(self) -> list[Entree]:
        """Les parties propres à ce document."""
        corps = self.assembleur.corps
        self._en_tetes_vides()
        retires = {entete.relation for entete in self.assembleur.entetes}
        gardees = [lien for lien in corps.relations if lien.identifiant not in retires]
        contenus = declarer_types(self.assembleur.document.parties[CONTENUS], TYPES_IMAGE, self.types)
        return [
            comprimer(CONTENUS, contenus, NIVEAU_ZIP),
            *self._partie(corps, [*gardees, *self.liens]),
            *(entree for partie in self.assembleur.notes for entree in self._partie(partie, list(partie.relations))),
            *self.entrees_des_entetes,
            *self._listes(),
        ]

    def _listes(self) -> list[Entree]:
        """Les listes numérotées, que chaque lettre recommence."""
        listes = self.assembleur.numerotation
        return [comprimer(listes.nom, listes.xml(self.lettres), NIVEAU_ZIP)] if listes else []

    def _partie(self, partie: PartieCompilee, relations: list[Relation]) -> list[Entree]:
        """Une partie dont les lettres se suivent, ses relations et ses images."""
        fin = "" if partie.cloture else partie.fin
        xml = "".join((partie.tete, *self.textes.get(partie.nom, ()), fin))
        return [
            comprimer(partie.nom, xml.encode(), NIVEAU_ZIP),
            *entrees_des_relations(partie.nom, relations, self._images(partie), self.fichiers),
        ]

    def _images(self, partie: PartieCompilee) -> Images:
        return self.images.setdefault(partie.nom, Images(partie.base))

    def _entete(self, entete: PartieCompilee, valeurs: Valeurs) -> str:
        """La relation de l'en-tête (ou du pied) de cette lettre ; deux lettres de même en-tête le partagent."""
        numero = len(self.poses) + 1
        images = Images(f"{entete.base}-{numero}")
        contexte = Repere(True, self.lettres, self.pages).contexte()
        xml = entete.tete + rendre(self.assembleur.modele, entete.corps, valeurs, images, contexte) + entete.fin
        cle = (entete.nom, xml, tuple(images.posees))
        if cle in self.poses:
            return self.poses[cle]
        premier = not any(nom == entete.nom for nom, _, _ in self.poses)
        nom = entete.nom if premier else f"{entete.dossier}/{entete.base}-{numero}.xml"
        self.entrees_des_entetes.append(comprimer(nom, xml.encode(), NIVEAU_ZIP))
        self.entrees_des_entetes += entrees_des_relations(nom, entete.relations, images, self.fichiers)
        self.poses[cle] = self._lier(nom, entete.genre, f"rIdLettre{numero}")
        return self.poses[cle]

    def _lier(self, nom: str, genre: str, identifiant: str) -> str:
        """Relie une partie nouvelle au document ; rend l'identifiant de la relation."""
        self.liens.append(Relation(identifiant, f"{RELATIONS_OFFICE}{genre}", nom, externe=False))
        self.types[nom] = f"{TYPES_WORD}{genre}+xml"
        return identifiant

    def _en_tetes_vides(self) -> None:
        """Ajoute l'en-tête ou le pied vides que la première section désigne."""
        textes = self.textes.get(self.assembleur.corps.nom, ())
        for (genre, racine), identifiant in RELATIONS_VIDES.items():
            if any(identifiant in texte for texte in textes[:1]):
                nom = f"{self.assembleur.corps.dossier}/{genre}-vide.xml"
                xml = f'{ENTETE_XML}<w:{racine} xmlns:w="{W}"><w:p/></w:{racine}>'
                self.entrees_des_entetes.append(comprimer(nom, xml.encode()))
                self._lier(nom, genre, identifiant)


def _signet(nom: str, rang: int) -> str:
    numero = _PREMIER_SIGNET + rang
    return f'<w:bookmarkStart w:id="{numero}" w:name="{escape(nom)}"/><w:bookmarkEnd w:id="{numero}"/>'
