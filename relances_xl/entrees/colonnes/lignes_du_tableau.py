"""Les lignes de données d'une feuille, en colonnes, et ce qui est autour (« Hors tableau »).

Ce qui sépare une ligne de données d'un titre ou d'un total est dans `hors_tableau`, l'en-tête dans `entete`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise, repeat
from operator import contains
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from relances_xl.domaine import tables as c
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur, est_vide
from relances_xl.domaine.tables import Fichier
from relances_xl.entrees.classeurs.bloc_serre import ColonneSerree
from relances_xl.entrees.colonnes.decalage import Decalage
from relances_xl.entrees.colonnes.entete import PROFONDEUR, Entete, trouver_entete
from relances_xl.entrees.colonnes.groupes import Groupes, Tete, TotalImprime, est_un_report, noms_sous_les_codes, reporter_les_codes
from relances_xl.entrees.colonnes.hors_tableau import SOMMES, Ligne, Tri, colonne
from relances_xl.entrees.colonnes.marques import est_un_sens, natures_mal_titrees, que_des_marques, rattacher
from relances_xl.entrees.valeurs.colonne_textes import textes

_BLOC = 5_000
_ESSAI_MARQUES = 50  # lignes qui disent si une colonne peut n'être que de marques


class Tableau(NamedTuple):
    """Les lignes de données d'un export, en colonnes.

    colonnes : champ → cellules ; numeros : int64, numéro de chaque ligne dans le fichier (1 = la première) ;
    empreintes : int64, égales si toutes les cellules de deux lignes le sont ; hors_tableau : lignes laissées autour ;
    decalees : lignes plus larges que l'en-tête ; nues : lignes qui n'ont que des montants ; signes : champ de montant →
    les marques D/C de ses lignes ; totaux, debuts : les totaux imprimés et les débuts de groupe (rangs de ligne) ;
    groupe : comment le client d'un groupe est dit, "" si chaque ligne dit le sien ; fautes : ce qui empêche de lire ;
    titres : ce qui est écrit au-dessus de l'en-tête, une ligne chacun.
    """

    entete: Entete
    colonnes: Mapping[str, Sequence[Valeur]]
    numeros: NDArray[np.int64]
    empreintes: NDArray[np.int64]
    hors_tableau: int
    decalees: NDArray[np.bool_]
    nues: NDArray[np.bool_]
    signes: Mapping[str, Sequence[Valeur]] = {}
    totaux: tuple[TotalImprime, ...] = ()
    debuts: tuple[int, ...] = ()
    groupe: str = ""
    fautes: tuple[Faute, ...] = ()
    titres: tuple[str, ...] = ()

    def cellules(self, champ: str) -> list[Valeur]:
        """La colonne d'un champ, toute en objets ; vide si l'export ne l'a pas."""
        return [*self.colonnes[champ]] if champ in self.colonnes else [None] * len(self.numeros)

    def textes(self, champ: str) -> list[str]:
        """La colonne d'un champ, comme textes ; vides si l'export ne l'a pas."""
        return textes(self.cellules(champ)) if champ in self.colonnes else [""] * len(self.numeros)

    @property
    def champs(self) -> dict[str, int]:
        """Champ → rang de sa colonne dans le fichier (0 = A)."""
        return self.entete.appariement.champs


def lire_tableau(
    lignes: Iterable[Ligne], fichier: Fichier, colonnes: Mapping[tuple[str, str], str], *, texte: bool = False
) -> Tableau | None:
    """Lit le tableau d'une feuille, sa première ligne étant la ligne 1. None si la feuille est vide.

    texte : un CSV, où une ligne qui a plus de champs que l'en-tête est décalée. Les fautes de reconnaissance sont dans
    `entete.appariement.fautes` et `fautes`, à lever par l'appelant : les colonnes reconnues sont lues quand même.
    """
    suite = iter(lignes)
    debut = list(islice(suite, PROFONDEUR))
    entete = trouver_entete(debut, fichier, colonnes)
    return None if entete is None else couper(entete, debut, suite, texte=texte)


def couper(entete: Entete, debut: Sequence[Ligne], suite: Iterator[Ligne], *, texte: bool = False) -> Tableau:
    """Sépare les lignes de données de ce qui est hors tableau, par blocs : la mémoire ne tient que les colonnes utiles."""
    premiere = entete.rang + entete.hauteur
    champs = entete.appariement.champs
    tri = Tri(entete.textes, champs, debut[: entete.rang])
    lecture = _Accumulation(champs, Decalage(entete.textes, max(map(len, debut[entete.rang : premiere]), default=0) if texte else None))
    numero = premiere + 1
    for bloc, suivante in _blocs(debut[premiere:], suite):
        lecture.ajouter(bloc, tri.trier(bloc, suivante), numero)
        numero += len(bloc)
    titres = (" ".join(filter(None, textes(list(ligne)))) for ligne in debut[: entete.rang])
    return lecture.tableau(entete)._replace(titres=tuple(titres))


class _Accumulation:
    """Les colonnes utiles, bloc après bloc."""

    def __init__(self, champs: Mapping[str, int], decalage: Decalage) -> None:
        self.champs, self.decalage = champs, decalage
        self.serrees = {champ: ColonneSerree() for champ in champs}
        self.gardees: dict[str, Sequence[Valeur]] = dict(self.serrees)
        self.marques: dict[int, list[Valeur]] | None = None
        self.numeros: list[NDArray[np.int64]] = []
        self.empreintes: list[NDArray[np.int64]] = []
        self.groupes, self.totaux = Groupes(), list[TotalImprime]()
        self.clients: list[tuple[int, Tete | None]] = []  # rang de la première ligne de données → client en cours
        self.lignes = self.hors = 0
        self.nues: set[int] = set()

    def ajouter(self, bloc: Sequence[Ligne], hors: Mapping[int, Tete | str], numero: int) -> None:
        """hors : les rangs du bloc qui ne sont pas des données ; numero : celui de la première ligne du bloc."""
        self._suivre_les_groupes(bloc, hors, numero)
        donnees = [ligne for i, ligne in enumerate(bloc) if i not in hors] if hors else bloc
        rangs = np.arange(numero, numero + len(bloc), dtype=np.int64)
        self.numeros.append(np.delete(rangs, sorted(hors)) if hors else rangs)
        self.empreintes.append(empreintes_de(donnees))
        self._garder_les_marques(donnees)
        for champ, rang in self.champs.items():
            self.serrees[champ].ajouter(colonne(donnees, rang))
        self.decalage.voir(donnees, self.lignes)
        self._reperer_les_nues(donnees)
        self.lignes += len(donnees)
        self.hors += len(hors)

    def _suivre_les_groupes(self, bloc: Sequence[Ligne], hors: Mapping[int, Tete | str], numero: int) -> None:
        for ecart, (i, sorte) in enumerate(sorted(hors.items())):
            rang = self.lignes + i - ecart
            if isinstance(sorte, Tete):
                self.groupes.ouvrir(sorte, rang)
                self.clients.append((rang, sorte))
            elif sorte:
                cellules = {champ: bloc[i][r] for champ, r in self.champs.items() if champ in SOMMES and r < len(bloc[i])}
                self.totaux.append(TotalImprime(numero + i, sorte, rang, cellules))
                if not (est_un_report(sorte) or (self.clients and self.clients[-1][0] == rang)):
                    self.groupes.fermer()
                    self.clients.append((rang, None))

    def _garder_les_marques(self, donnees: Sequence[Ligne]) -> None:
        """Les colonnes sans champ qui, depuis la première ligne, ne portent que des marques."""
        if self.marques is None:
            largeur = max(map(len, donnees), default=0)
            pris = set(self.champs.values())
            essai = donnees[:_ESSAI_MARQUES]
            self.marques = {r: [] for r in range(largeur) if r not in pris and que_des_marques(colonne(essai, r))}
        for rang in list(self.marques):
            cellules = colonne(donnees, rang)
            if que_des_marques(cellules):
                self.marques[rang].extend(cellules)
            else:
                del self.marques[rang]

    def _reperer_les_nues(self, donnees: Sequence[Ligne]) -> None:
        """Les lignes sans client ni pièce, qui n'ont que des montants : un total sans libellé, peut-être."""
        if c.PIECE not in self.champs:
            return
        pieces = colonne(donnees, self.champs[c.PIECE])
        if all(pieces) and " " not in pieces:
            return
        vides = [i for i, valeur in enumerate(pieces) if not valeur or valeur == " "]
        montants = {self.champs[champ] for champ in SOMMES if champ in self.champs}
        self.nues |= {self.lignes + i for i in vides if all(r in montants or est_vide(valeur) for r, valeur in enumerate(donnees[i]))}

    def tableau(self, entete: Entete) -> Tableau:
        vide = np.empty(0, dtype=np.int64)
        if c.SENS not in self.champs and c.NATURE in self.champs and est_un_sens(self.gardees[c.NATURE]):
            entete.appariement.champs[c.SENS] = entete.appariement.champs.pop(c.NATURE)
            self.gardees[c.SENS] = self.gardees.pop(c.NATURE)
        for rang in natures_mal_titrees(self.marques or {}, entete.textes):
            cellules = (self.marques or {}).pop(rang)
            if c.NATURE not in self.champs:
                entete.appariement.champs[c.NATURE] = rang
                self.gardees[c.NATURE] = cellules
        signes, fautes = rattacher(self.marques or {}, entete.textes, self.champs)
        groupe = self._dire_les_clients()
        nues = np.zeros(self.lignes, dtype=np.bool_)
        nues[list(self.nues)] = True
        return Tableau(
            entete, self.gardees, np.concatenate([vide, *self.numeros]), np.concatenate([vide, *self.empreintes]),
            self.hors + entete.rang,
            self.decalage.masque(self.lignes, signes.values()),
            nues,
            {champ: (self.marques or {}).get(rang) or self.gardees[c.SENS] for champ, rang in signes.items()},
            tuple(self.totaux), tuple(self.groupes.debuts), groupe, tuple(fautes),
        )  # fmt: skip

    def _dire_les_clients(self) -> str:
        """Donne à chaque ligne qui n'a pas de client celui de son groupe ; comment il était dit, "" s'il n'y a rien à dire."""
        ecrits = [*self.gardees.get(c.CODE_CLIENT, [None])]
        if "" not in ecrits and None not in ecrits:
            return ""
        codes, noms = self._textes(c.CODE_CLIENT), self._textes(c.RAISON_SOCIALE)
        if self.groupes.tetes:
            bornes = [*noms_sous_les_codes(self.clients), (self.lignes, None)]
            clients = {i: tete for (debut, tete), (fin, _) in pairwise(bornes) if tete for i in range(debut, fin)}
            dit = "en tête de chaque groupe"
        elif not _memes_noms(codes, noms):
            return ""  # une ligne qui nomme un autre client, sans son code, n'est pas la suite de celle du dessus
        else:
            premieres = reporter_les_codes(codes, {total.avant for total in self.totaux}, frozenset(self.nues))
            clients = {i: Tete(codes[premiere], noms[premiere]) for i, premiere in premieres.items()}
            dit = "sur sa première ligne seulement"
        manquent = {i: tete for i, tete in clients.items() if not codes[i] and i not in self.nues}
        if not manquent:
            return ""
        self._poser(c.CODE_CLIENT, {i: tete.code for i, tete in manquent.items()})
        self._poser(c.RAISON_SOCIALE, {i: tete.nom for i, tete in manquent.items() if tete.nom})
        return dit

    def _textes(self, champ: str) -> list[str]:
        return textes([*self.gardees[champ]]) if champ in self.champs else [""] * self.lignes

    def _poser(self, champ: str, valeurs: Mapping[int, str]) -> None:
        if not valeurs:
            return
        cellules = [*self.gardees.get(champ, repeat(None, self.lignes))]
        for rang, valeur in valeurs.items():
            if est_vide(cellules[rang]):
                cellules[rang] = valeur
        self.gardees[champ] = cellules


def _memes_noms(codes: Sequence[str], noms: Sequence[str]) -> bool:
    """Une ligne sans code ne nomme personne, ou le client de la dernière ligne qui a un code."""
    courant = ""
    for code, nom in zip(codes, noms, strict=True):
        if code:
            courant = nom
        elif nom and nom != courant:
            return False
    return True


def empreintes_de(lignes: Sequence[Sequence[Valeur]]) -> NDArray[np.int64]:
    """Un entier par contenu. Python donne à -1 le `hash` de -2 : un avoir de 1 se distingue d'un avoir de 2 par sa place."""
    avec_moins_un = any(map(contains, lignes, repeat(-1)))
    calcul = map(_empreinte, lignes) if avec_moins_un else map(hash, map(tuple, lignes))
    return np.fromiter(calcul, dtype=np.int64, count=len(lignes))


def _empreinte(ligne: Ligne) -> int:
    places = tuple(rang for rang, valeur in enumerate(ligne) if valeur == -1)
    return hash((tuple(ligne), places)) if places else hash(tuple(ligne))


def _blocs(debut: Sequence[Ligne], suite: Iterator[Ligne]) -> Iterator[tuple[list[Ligne], Ligne]]:
    """Les lignes par blocs, et celle qui suit chacun, dont dépend ce qu'est sa dernière ; () s'il n'y en a plus."""
    bloc = [*debut, *islice(suite, _BLOC)]
    while bloc:
        suivantes = list(islice(suite, 1))
        yield bloc, suivantes[0] if suivantes else ()
        bloc = [*suivantes, *islice(suite, _BLOC - 1)] if suivantes else []
