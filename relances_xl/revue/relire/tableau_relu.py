"""Retrouver un onglet-tableau par ses libellés, quoi que l'utilisateur ait déplacé, inséré ou trié autour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from relances_xl.domaine.ecrits.textes import cle, plus_proche
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Feuille, Valeur

_LIGNES_EXPLOREES = 50  # où chercher les en-têtes, si l'on a inséré des lignes au-dessus


@dataclass(frozen=True, slots=True)
class TableauRelu:
    """Les lignes d'un tableau : `numeros[i]` dans le fichier (à partir de 1), `colonnes[libellé][i]` leur valeur."""

    onglet: str
    fichier: str
    numeros: list[int]
    colonnes: dict[str, list[Valeur]]
    rangs: dict[str, int]

    def faute(self, i: int, libelle: str, message: str, remede: str) -> Faute:
        """Une faute à la cellule de ce libellé, ligne i du tableau."""
        return Faute(message, remede, self.fichier, self.onglet, self.adresse(i, libelle))

    def adresse(self, i: int, libelle: str) -> str:
        return str(xl_rowcol_to_cell(self.numeros[i] - 1, self.rangs[libelle]))


def retrouver(
    feuilles: Iterable[Feuille], fichier: str, onglet: str, libelles: Sequence[str], facultatifs: Sequence[str], cles: Sequence[str]
) -> TableauRelu | list[Faute]:
    """Le tableau d'un onglet, ou ce qui manque pour le lire.

    Les en-têtes sont sur la première ligne qui porte le plus de libellés attendus. `cles` : libellés sans lesquels une
    ligne n'est pas une donnée (ligne vide, total, sous-total).
    """
    feuille = next((f for f in feuilles if cle(f.nom) == cle(onglet)), None)
    if feuille is None:
        return [Faute(f"l'onglet « {onglet} » manque", "relancez « lister » : la revue doit garder ses onglets", fichier)]
    attendus = {cle(libelle): libelle for libelle in (*libelles, *facultatifs)}
    haut, rangs = _entetes(feuille, attendus)
    manquants = [libelle for libelle in libelles if libelle not in rangs]
    if manquants:
        vus = [str(v) for v in feuille.lignes[haut] if v is not None and cle(str(v)) not in attendus] if feuille.lignes else []
        return [_manquante(libelle, vus, fichier, onglet) for libelle in manquants]
    corps = feuille.lignes[haut + 1 :]
    gardees = [i for i, ligne in enumerate(corps) if _est_donnee(ligne, [rangs[libelle] for libelle in cles])]
    colonnes = {libelle: [corps[i][j] if j < len(corps[i]) else None for i in gardees] for libelle, j in rangs.items()}
    return TableauRelu(onglet, fichier, [haut + 2 + i for i in gardees], colonnes, rangs)


def _entetes(feuille: Feuille, attendus: dict[str, str]) -> tuple[int, dict[str, int]]:
    """La ligne d'en-tête (à partir de 0) et le rang de chaque libellé ; un libellé en double garde sa première colonne."""
    meilleur: tuple[int, dict[str, int]] = (0, {})
    for i, ligne in enumerate(feuille.lignes[:_LIGNES_EXPLOREES]):
        rangs: dict[str, int] = {}
        for j, valeur in enumerate(ligne):
            if isinstance(valeur, str) and (libelle := attendus.get(cle(valeur))):
                rangs.setdefault(libelle, j)
        if len(rangs) > len(meilleur[1]):
            meilleur = (i, rangs)
    return meilleur


def _est_donnee(ligne: Sequence[Valeur], rangs: Sequence[int]) -> bool:
    """Ni vide, ni total, ni sous-total (Excel les écrit « Total C001 » dans la colonne regroupée)."""
    textes = [str(ligne[j]).strip() if j < len(ligne) and ligne[j] is not None else "" for j in rangs]
    return all(textes) and not any(cle(t).startswith(("total", "soustotal")) for t in textes)


def _manquante(libelle: str, vus: Sequence[str], fichier: str, onglet: str) -> Faute:
    proche = plus_proche(libelle, vus)
    remede = f"renommez « {proche} » en « {libelle} »" if proche else f"remettez l'en-tête « {libelle} », ou relancez « lister »"
    return Faute(f"la colonne « {libelle} » est introuvable", remede, fichier, onglet, "ligne d'en-tête")
