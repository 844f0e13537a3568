"""Des relances décidées aux lettres à sortir, rédigées une à une : modèle, valeurs, nom, intention, courriel.

Les tables sont parcourues une fois, en colonnes : rien de ce qui se fait par lettre ne touche à pandas.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.domaine.erreurs import ErreurUtilisateur, Faute
from relances_xl.domaine.niveaux import Envoi, Niveau
from relances_xl.domaine.parametres import ModeCourriel, Parametres
from relances_xl.domaine.statuts import Sortie
from relances_xl.dossier import Dossier, Lot
from relances_xl.etapes.communs.modeles_compiles import RELEVE, Modeles
from relances_xl.etapes.production.casier import Casier
from relances_xl.etapes.production.noms_de_lettres import NomDeLettre, noms_de_lettres
from relances_xl.etapes.production.plan import DocumentAFusionner, Lettre
from relances_xl.historique import EcheanceRelancee, Etat, Intention
from relances_xl.lettres.compile.gabarit.texte_a_champs import Texte
from relances_xl.lettres.donnees.rangees import Valeurs, rangees
from relances_xl.lettres.donnees.valeurs_de_lettre import compiler_objets, valeurs_des_relances, valeurs_des_releves
from relances_xl.lettres.modele import Modele
from relances_xl.sorties.pdf.conversion import Outil

_SANS_ADRESSE = "pas d'adresse électronique : faite en PDF"
_RECOMMANDE = "recommandé : faite en PDF, pas par courriel"

_DE_RELANCE = [
    c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.PLAN, c.NIVEAU, c.NET, c.TOTAL_RECLAME, c.REEDITION, c.SORTIE, c.EMAIL, c.PIECE,
]  # fmt: skip


class Fabrication(NamedTuple):
    """Les lettres à sortir et leur convertisseur, si une sortie veut un PDF ; `fautes` : tout ce qui empêche de produire."""

    lettres: "Lettres"
    outil: Outil | None
    fautes: tuple[Faute, ...]
    avertissements: tuple[str, ...]


class _Papeterie(NamedTuple):
    """Ce que demandent un niveau et une langue : le modèle de la lettre, celui du relevé, le texte du courriel."""

    niveau: Niveau
    modele: Modele | None
    releve: Modele | None
    corps: Texte | None


class Matiere(NamedTuple):
    """Ce dont les lettres sont faites.

    relances, clients : les tables de la décision, relances dans l'ordre de la liste ; tranches : relance → le numéro sous
    lequel `lignes` garde celles de sa lettre ; etats : ceux du journal, pour ce lot ; demandees : relance → sortie voulue dans
    la revue.
    """

    dossier: Dossier
    lot: Lot
    parametres: Parametres
    relances: pd.DataFrame
    tranches: Mapping[str, int]
    lignes: Casier
    clients: pd.DataFrame
    etats: Mapping[str, Etat]
    demandees: Mapping[str, str]


def fabriquer(matiere: Matiere) -> Fabrication:
    """Vérifie tout ce qui pourrait manquer (modèles, textes, messagerie, convertisseur), puis rend les lettres à rédiger."""
    fautes, avertissements = _controler_la_messagerie(matiere)
    criteres = matiere.parametres.criteres
    convertit = bool((matiere.relances[c.SORTIE] != Sortie.WORD.value).any())
    outil = _convertisseur(criteres) if convertit else None
    modeles = Modeles(matiere.dossier)
    lettres = Lettres(matiere, modeles)
    try:
        compiler_objets(matiere.parametres.plans)
    except ErreurUtilisateur as erreur:
        fautes += erreur.fautes
    fautes += tuple(modeles.fautes)
    avertissements += tuple(str(faute) for faute in (*modeles.avertissements, *modeles.reserves(outil)))
    return Fabrication(lettres, outil, fautes, avertissements)


def _convertisseur(criteres: Criteres) -> Outil:
    from relances_xl.sorties.pdf.lot_en_pdf import choisir  # pikepdf et pypdfium2, qu'un lot en Word n'attend pas

    return choisir(criteres.convertisseur, pdfa=criteres.pdfa)


class Lettres:
    """Les lettres d'une production, dans l'ordre de la liste ; chacune n'existe que le temps d'être sortie."""

    def __init__(self, matiere: Matiere, modeles: Modeles) -> None:
        self._matiere = matiere
        langues = dict(zip(matiere.clients[c.CODE_CLIENT].tolist(), matiere.clients[c.LANGUE].tolist(), strict=True))
        self._langues = {code: langue for code, langue in langues.items() if langue}
        codes, *degres, sorties = (matiere.relances[nom].tolist() for nom in (c.CODE_CLIENT, c.PLAN, c.NIVEAU, c.SORTIE))
        cles = list(zip(*degres, [self._langues.get(code, "") for code in codes], strict=True))
        par_courriel = {cle for cle, sortie in zip(cles, sorties, strict=True) if sortie == Sortie.EMAIL.value}
        self._choix = {cle: self._choisir(modeles, *cle, courriel=cle in par_courriel) for cle in sorted(set(cles))}

    def __len__(self) -> int:
        return len(self._matiere.relances)

    @cached_property
    def par_sortie(self) -> Counter[Sortie]:
        """Combien de lettres par façon de sortir."""
        return Counter({Sortie(sortie): nombre for sortie, nombre in Counter(self._matiere.relances[c.SORTIE].tolist()).items()})

    @cached_property
    def totaux(self) -> dict[str, int]:
        """Devise → total réclamé, en unités minimales."""
        return {str(devise): int(total) for devise, total in self._matiere.relances.groupby(c.DEVISE)[c.TOTAL_RECLAME].sum().items()}

    @property
    def sans_reprise(self) -> bool:
        """L'une d'elles ne peut pas être refaite sans risque de double : courriel envoyé, papier."""
        return any(self._ne_se_reprend_pas(sortie) for sortie in self.par_sortie)

    def apercu(self, nombre: int) -> Iterator[Valeurs]:
        """Les premières, en colonnes de la table des relances : de quoi les montrer avant de rien rédiger."""
        yield from rangees(self._matiere.relances[_DE_RELANCE].head(nombre))

    def __iter__(self) -> Iterator[Lettre]:
        matiere, noms = self._matiere, self._noms()
        fiches = pd.Index(matiere.clients[c.CODE_CLIENT])
        tranches = matiere.relances[c.RELANCE].map(matiere.tranches).to_numpy()
        for tranche in dict.fromkeys(tranches.tolist()):
            relances = matiere.relances[tranches == tranche]
            places = fiches.get_indexer(pd.Index(relances[c.CODE_CLIENT].unique()))
            yield from self._d_une_tranche(relances, matiere.lignes[tranche], matiere.clients.take(places[places >= 0]), noms)

    def _d_une_tranche(
        self, relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, noms: Mapping[str, str]
    ) -> Iterator[Lettre]:
        """Les lettres de ces relances : hors d'elles, aucune ligne n'est faite d'objets."""
        parametres, echeances = self._matiere.parametres, _echeances(lignes)
        modeles = [choix.modele for choix in self._choix.values() if choix.modele]
        avec_qr = any("qr_paiement" in modele.champs for modele in modeles)
        valeurs = valeurs_des_relances(relances, lignes, clients, parametres, avec_qr=avec_qr)
        releves = valeurs_des_releves(relances, lignes, clients, parametres) if parametres.criteres.joindre_releve else None
        for relance, (cle, de_la_lettre) in zip(rangees(relances[_DE_RELANCE]), valeurs, strict=True):
            choix = self._choix[(*_degre(relance), self._langues.get(str(relance[c.CODE_CLIENT]), ""))]
            assert choix.modele is not None, "un modèle en faute a déjà arrêté la production"
            releve = DocumentAFusionner(choix.releve, next(releves)[1]) if releves and choix.releve else None
            intention, pieces = self._intention(relance, noms[cle], *echeances[cle])
            lettre = Lettre(
                nom=noms[cle],
                intention=intention,
                sortie=Sortie(intention.sortie),
                document=DocumentAFusionner(choix.modele, de_la_lettre),
                recommandee=choix.niveau.envoi is Envoi.RECOMMANDE,
                releve=releve,
                alerte=self._alerte(relance, choix.niveau.envoi),
            )
            if lettre.sortie is Sortie.EMAIL and choix.corps is not None:
                lettre = lettre._replace(
                    objet=une_ligne(str(de_la_lettre["objet"]) or choix.niveau.libelle),
                    corps=choix.corps.rendre(de_la_lettre),
                    destinataires=str(relance[c.EMAIL]),
                    pieces=pieces,
                )
            yield lettre

    def _choisir(self, modeles: Modeles, plan: str, numero: int, langue: str, *, courriel: bool) -> _Papeterie:
        niveau = self._matiere.parametres.plans[plan][numero]
        joint = self._matiere.parametres.criteres.joindre_releve
        return _Papeterie(
            niveau,
            modeles.lettre(niveau.modele, langue),
            modeles.lettre(RELEVE, langue) if joint else None,
            modeles.corps(niveau, langue) if courriel else None,
        )

    def _ne_se_reprend_pas(self, sortie: Sortie) -> bool:
        envoie = self._matiere.parametres.messagerie.mode is not ModeCourriel.BROUILLONS
        return sortie is Sortie.IMPRIMANTE or (sortie is Sortie.EMAIL and envoie)

    def _intention(
        self, relance: Valeurs, nom: str, echeances: list[EcheanceRelancee], pieces: tuple[str, ...]
    ) -> tuple[Intention, tuple[str, ...]]:
        """Ce que le journal notera de la relance, et les factures qu'un courriel joindrait."""
        sortie, cle = Sortie(str(relance[c.SORTIE])), str(relance[c.RELANCE])
        sans_reprise = self._ne_se_reprend_pas(sortie)
        etat = self._matiere.etats.get(cle)
        intention = Intention(
            relance=cle,
            lot=self._matiere.lot.nom,
            date=self._matiere.parametres.criteres.date_edition,
            code_client=str(relance[c.CODE_CLIENT]),
            raison_sociale=str(relance[c.RAISON_SOCIALE]),
            devise=str(relance[c.DEVISE]),
            niveau=int(str(relance[c.NIVEAU])),
            reedition=bool(relance[c.REEDITION]),
            sortie=sortie.value,
            sans_reprise=sans_reprise,
            montant=int(str(relance[c.NET])),
            fichier=self._fichier(sortie, nom, sans_reprise=sans_reprise),
            echeances=echeances,
            essai=sortie is Sortie.EMAIL and sans_reprise and bool(self._matiere.parametres.messagerie.adresse_essai),
            tentative=etat.prochaine_tentative if etat else 1,
            total_reclame=int(str(relance[c.TOTAL_RECLAME])),
        )
        return intention, pieces

    def _fichier(self, sortie: Sortie, nom: str, *, sans_reprise: bool) -> str:
        """Où sera la relance, vu du dossier : son PDF, son brouillon, ou sa lettre Word si elle ne laisse rien d'autre."""
        if sortie is Sortie.PDF:
            return f"{self._lieux[sortie]}/{nom}.pdf"
        if sortie is Sortie.EMAIL and not sans_reprise:
            return f"{self._lieux[sortie]}/{nom}.eml"
        return f"{self._lieux[Sortie.WORD]}/{nom}.docx"

    @cached_property
    def _lieux(self) -> dict[Sortie, str]:
        dossier, lot = self._matiere.dossier, self._matiere.lot
        lieux = {Sortie.PDF: lot.pdf, Sortie.EMAIL: lot.courriels, Sortie.WORD: lot.lettres}
        return {sortie: dossier.relatif(lieu) for sortie, lieu in lieux.items()}

    def _alerte(self, relance: Valeurs, envoi: Envoi) -> str:
        """Pourquoi une relance voulue par courriel est faite en PDF : la composition l'a déjà résolue."""
        demandee = self._matiere.demandees.get(str(relance[c.RELANCE]))
        if relance[c.SORTIE] != Sortie.PDF.value:
            return ""
        if not relance[c.EMAIL] and Sortie.EMAIL in (demandee, self._matiere.parametres.criteres.sortie):
            return _SANS_ADRESSE
        return _RECOMMANDE if demandee == Sortie.SELON_CLIENT and envoi is Envoi.RECOMMANDE else ""

    def _noms(self) -> dict[str, str]:
        """Relance → nom de fichier ; celles que le journal connaît déjà gardent le leur."""
        deja = {etat.relance: Path(etat.fichier).stem for etat in self._matiere.etats.values() if etat.lot == self._matiere.lot.nom}
        colonnes = (self._matiere.relances[nom].tolist() for nom in (c.RELANCE, c.CODE_CLIENT, c.NIVEAU, c.DEVISE, c.PIECE))
        return noms_de_lettres(itertools.starmap(NomDeLettre, zip(*colonnes, strict=True)), deja)


def _degre(relance: Valeurs) -> tuple[str, int]:
    """Le plan et le niveau d'une relance."""
    return str(relance[c.PLAN]), int(str(relance[c.NIVEAU]))


def _echeances(lignes: pd.DataFrame) -> dict[str, tuple[list[EcheanceRelancee], tuple[str, ...]]]:
    """Relance → ses échéances, crédits exclus, et les fichiers de leurs pièces."""
    gardees = lignes[(lignes[c.RELANCE] != "") & ~lignes[c.CREDIT]]
    par_relance: dict[str, tuple[list[EcheanceRelancee], tuple[str, ...]]] = defaultdict(lambda: ([], ()))
    jours = gardees[c.DATE_CLE].to_numpy("datetime64[D]").astype(object).tolist()
    colonnes = (gardees[nom].tolist() for nom in (c.RELANCE, c.PIECE, c.NIVEAU_PROPOSE, c.REEDITION, c.RESTE_DU, c.FICHIER_PIECE))
    for relance, piece, niveau, reedition, reste, fichier, jour in zip(*colonnes, jours, strict=True):
        echeances, fichiers = par_relance[relance]
        echeances.append(EcheanceRelancee(piece, jour, niveau, reedition, reste))
        par_relance[relance] = (echeances, (*fichiers, fichier) if fichier else fichiers)
    return par_relance


def _controler_la_messagerie(matiere: Matiere) -> tuple[tuple[Faute, ...], tuple[str, ...]]:
    """Chaque mode a ses cellules indispensables ; un fichier .eml prend celles de qui l'ouvre. (Fautes, avertissements.)"""
    messagerie = matiere.parametres.messagerie
    if messagerie.mode is ModeCourriel.BROUILLONS or not (matiere.relances[c.SORTIE] == Sortie.EMAIL.value).any():
        return (), ()
    fautes = tuple(
        Faute(
            f"« {libelle} » est vide, et des relances partent par courriel",
            "remplissez cette cellule, ou changez « Sortie » dans la revue",
            matiere.dossier.criteres.name,
            "Messagerie",
        )
        for libelle in messagerie.manquants()
    )
    essai = f"adresse d'essai : tout part à {messagerie.adresse_essai}, rien chez les clients ; ces relances ne compteront pas"
    return fautes, (essai,) if messagerie.adresse_essai else ()
