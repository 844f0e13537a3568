"""Relever un onglet de saisie : libellé/valeur ou tableau, en notant chaque faute avec sa cellule."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from relances_xl.criteres.onglets import SECTIONS, ColonneDeSaisie
from relances_xl.domaine.cellule import Illisible, montrer
from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Feuille, Valeur, est_vide, lettres_de_colonne

T = TypeVar("T")
D = TypeVar("D")
LIGNES_D_EN_TETE = 20  # on peut avoir inséré un titre au-dessus d'un tableau


class Cellule(NamedTuple):
    """Une cellule saisie : sa valeur et sa place (« B7 »)."""

    valeur: Valeur
    place: str


@dataclass
class Releve:
    """Un onglet, les fautes qu'on y trouve, et ce qui mérite d'être dit sans empêcher de travailler."""

    feuille: Feuille
    fichier: str
    fautes: list[Faute] = field(default_factory=list)
    avertissements: list[Faute] = field(default_factory=list)

    def noter(self, place: str, message: str, remede: str) -> None:
        self.fautes.append(Faute(message, remede, self.fichier, self.feuille.nom, place))

    def avertir(self, place: str, message: str, remede: str) -> None:
        self.avertissements.append(Faute(message, remede, self.fichier, self.feuille.nom, place))

    def lire(self, cellule: Cellule, lecteur: Callable[[Valeur], T], defaut: D) -> T | D:
        """La valeur lue ; `defaut` si la cellule est vide, ou illisible (faute notée)."""
        if est_vide(cellule.valeur):
            return defaut
        try:
            return lecteur(cellule.valeur)
        except Illisible as refus:
            self.noter(cellule.place, refus.message, refus.remede)
            return defaut

    def exiger(self, cellule: Cellule, lecteur: Callable[[Valeur], T], quoi: str) -> T | None:
        """Comme `lire`, mais une cellule vide est une faute : « le code client manque »."""
        if est_vide(cellule.valeur):
            self.noter(cellule.place, f"{quoi} manque", "remplissez cette cellule")
        return self.lire(cellule, lecteur, None)


def cellule(feuille: Feuille, ligne: int, colonne: int) -> Cellule:
    """La cellule à ces indices (depuis 0) ; vide au-delà de ce qui est écrit."""
    rangee = feuille.lignes[ligne]
    return Cellule(rangee[colonne] if colonne < len(rangee) else None, f"{lettres_de_colonne(colonne + 1)}{ligne + 1}")


def relever_libelles(
    releve: Releve, libelles: Mapping[str, str], anciens: Mapping[str, str] | None = None, prefixe: str = ""
) -> dict[str, Cellule]:
    """Les valeurs (colonne B) d'un onglet libellé/valeur, par champ.

    libelles : champ → libellé attendu en colonne A, où que soit sa ligne ; anciens : libellé d'une version antérieure →
    champ ; prefixe : un libellé qui commence ainsi (« Email de Dupont ») est rendu sous ce qui le suit. Libellé inconnu,
    en double, ou valeur sans libellé : faute. Un libellé absent n'est pas rendu : à l'appelant sa valeur par défaut.
    """
    champs = {cle(libelle): champ for libelle, champ in (anciens or {}).items()}
    champs |= {cle(libelle): champ for champ, libelle in libelles.items()}
    trouves: dict[str, Cellule] = {}
    for ligne in range(len(releve.feuille.lignes)):
        gauche, droite = cellule(releve.feuille, ligne, 0), cellule(releve.feuille, ligne, 1)
        libelle = montrer(gauche.valeur)
        champ = champs.get(cle(libelle))
        if champ is None and prefixe and libelle.casefold().startswith(prefixe.casefold()):
            champ = libelle[len(prefixe) :].strip() or None
        if champ is None:
            if est_vide(droite.valeur) and (est_vide(gauche.valeur) or cle(libelle) in map(cle, SECTIONS)):
                continue
            if ligne == 0 or cle(montrer(droite.valeur)) == "valeur":
                continue
            if est_vide(gauche.valeur):
                releve.noter(droite.place, "une valeur sans libellé", "remettez son libellé en colonne A, ou effacez-la")
                continue
            proche = plus_proche(libelle, libelles.values())
            releve.noter(
                gauche.place,
                f"libellé « {libelle} » inconnu",
                f"vouliez-vous « {proche} » ?" if proche else "corrigez-le ou supprimez cette ligne",
            )
        elif champ in trouves:
            releve.noter(gauche.place, f"« {libelle} » est déjà en {trouves[champ].place}", "ne gardez qu'une des deux lignes")
        else:
            trouves[champ] = droite
    return trouves


def relever_tableau(releve: Releve, colonnes: Sequence[ColonneDeSaisie]) -> Iterator[dict[ColonneDeSaisie, Cellule]]:
    """Les lignes non vides d'un onglet en tableau, une cellule par colonne attendue.

    Les colonnes sont trouvées par leur titre, où qu'elles soient ; une colonne ajoutée est ignorée. Une colonne
    absente ou en double est une faute, et rien n'est rendu ; une colonne facultative absente est vide. Un onglet
    vide est un tableau sans ligne.
    """
    lignes = releve.feuille.lignes
    if all(est_vide(valeur) for rangee in lignes for valeur in rangee):
        return
    en_tete = _en_tete(releve.feuille, colonnes)
    if en_tete is None:
        releve.noter("A1", "en-têtes introuvables", f"remettez en ligne 1 : {_titres(colonnes)}")
        return
    places = _places(releve, en_tete, colonnes)
    if places is None:
        return
    for ligne in range(en_tete + 1, len(lignes)):
        cellules = {
            colonne: cellule(releve.feuille, ligne, places[colonne]) if colonne in places else Cellule(None, "") for colonne in colonnes
        }
        if not all(est_vide(c.valeur) for c in cellules.values()):
            yield cellules


def _titres(colonnes: Iterable[ColonneDeSaisie]) -> str:
    return ", ".join(f"« {c.titre} »" for c in colonnes)


def _en_tete(feuille: Feuille, colonnes: Sequence[ColonneDeSaisie]) -> int | None:
    """La première ligne qui porte le plus de titres attendus."""
    attendus = {cle(c.titre) for c in colonnes}
    notes = [sum(cle(v) in attendus for v in rangee if isinstance(v, str)) for rangee in feuille.lignes[:LIGNES_D_EN_TETE]]
    meilleure = max(notes, default=0)
    return notes.index(meilleure) if meilleure else None


def _places(releve: Releve, en_tete: int, colonnes: Sequence[ColonneDeSaisie]) -> dict[ColonneDeSaisie, int] | None:
    titres = [montrer(v) for v in releve.feuille.lignes[en_tete]]
    places: dict[ColonneDeSaisie, int] = {}
    fautes = len(releve.fautes)
    for colonne in colonnes:
        candidates = [i for i, titre in enumerate(titres) if titre and cle(titre) == cle(colonne.titre)]
        if len(candidates) > 1:
            place = cellule(releve.feuille, en_tete, candidates[1]).place
            releve.noter(place, f"la colonne « {colonne.titre} » est en double", "renommez ou supprimez l'une des deux")
        elif candidates:
            places[colonne] = candidates[0]
        elif not colonne.facultative:
            proche = plus_proche(colonne.titre, [t for t in titres if t])
            vu = f" ; le plus proche est « {proche} »" if proche else ""
            releve.noter(f"ligne {en_tete + 1}", f"la colonne « {colonne.titre} » manque{vu}", "remettez cet en-tête")
    return places if len(releve.fautes) == fautes else None
