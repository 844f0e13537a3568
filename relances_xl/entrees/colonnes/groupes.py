"""Un état groupé par client : la tête de groupe dit le client des lignes qui la suivent, jusqu'à son total.

Formes lues : « Client : 411X  NOM », « 411X – NOM », « Compte | 411X | NOM », code et nom seuls sur leur ligne, nom seul
(le nom tient alors lieu de code), ou code sur la première ligne seulement.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from relances_xl.domaine.feuilles import Valeur

# des motifs qui servent rarement : `re` les compile la première fois, et les garde
_ETIQUETTE = (
    r"(?is)(?:(?:code|n°|no|num[ée]ro)(?: d[eu])? )?"
    r"(?:client|compte(?: (?:client|tiers|auxiliaire|g[ée]n[ée]ral))?|tiers|auxiliaire|customer|partner|partenaire|account|payeur)"
    r"(?: n°| no)?(?P<deux_points>\s*:)?\s*(?P<suite>.*)"
)
_CODE_PUIS_NOM = r"(?P<code>[^\W_](?:[\w./-]*\w)?)(?:\s+[-–—:|/]\s+|\s*\|\s*|\s+\(?)(?P<nom>\S.*?)\)?"
_SEPARES = r"(?P<code>\S.*?)(?:\s+[-–—:|/]\s+|\s*\|\s*|\s{2,}|\t)(?P<nom>\S.*)"
_NOM_PUIS_CODE = r"(?P<nom>[^\W\d][^\d(]*?)(?:\s+[-–—:|/]\s+|\s*\|\s*|\s{2,}|\s*\()(?P<code>[^\s()]{4,})\)?"
_REPORT = r"(?i)\s*(?:(?:total|sous[ -]total) )?(?:(?:à |a )?report|(?:de )?(?:la )?page\b)"
_SUITE = r"(?i)\s*\(\s*(suite|cont\w*|continued)\s*\)\s*$"


class Tete(NamedTuple):
    """Une tête de groupe : le client des lignes qui suivent."""

    code: str
    nom: str


class TotalImprime(NamedTuple):
    """Une ligne de total : son numéro dans le fichier, son libellé, ce qu'elle imprime de chaque champ de montant.

    avant : nombre de lignes de données au-dessus d'elle.
    """

    numero: int
    libelle: str
    avant: int
    cellules: dict[str, Valeur]


@dataclass(slots=True)
class Groupes:
    """Le client en cours, ligne après ligne.

    tetes : nombre de têtes vues ; debuts : rang de la première ligne de données de chaque groupe.
    """

    en_cours: Tete | None = None
    tetes: int = 0
    debuts: list[int] = field(default_factory=list)

    def ouvrir(self, tete: Tete, rang: int) -> None:
        self.en_cours = tete
        self.tetes += 1
        self.debuts.append(rang)

    def fermer(self) -> None:
        self.en_cours = None


def lire_tete(textes: Sequence[str], *, sans_code: bool) -> Tete | None:
    """La tête de groupe qu'écrivent ces cellules (les seules remplies de leur ligne), ou None.

    sans_code : le tableau n'a pas de colonne de code client, un nom seul vaut alors tête de groupe.

    >>> lire_tete(["Client : 411DUPON   DUPON SARL"], sans_code=True)
    Tete(code='411DUPON', nom='DUPON SARL')
    >>> lire_tete(["411DUPON", "DUPON SARL"], sans_code=True), lire_tete(["411DUPON – Dupon"], sans_code=True)
    (Tete(code='411DUPON', nom='DUPON SARL'), Tete(code='411DUPON', nom='Dupon'))
    """
    premier = re.sub(_SUITE, "", textes[0])
    etiquette = re.fullmatch(_ETIQUETTE, premier)
    if etiquette is not None:
        return _apres_etiquette(etiquette, textes, sans_code)
    if len(textes) == 1:
        return _code_et_nom(premier) or (Tete(premier, premier) if sans_code else None)
    if len(textes) == 2 and _est_code(premier):
        return Tete(premier, re.sub(_SUITE, "", textes[1]))
    return _code_et_nom(" - ".join(textes)) if len(textes) == 2 else None


def _apres_etiquette(etiquette: re.Match[str], textes: Sequence[str], sans_code: bool) -> Tete | None:
    """« Client : 411X NOM » en une cellule, ou « Client », « 411X », « NOM » en plusieurs."""
    suite = etiquette["suite"].strip()
    if not suite:
        if len(textes) < 2:
            return None
        if len(textes) > 2:
            return Tete(textes[1], " ".join(textes[2:]))
        suite = re.sub(_SUITE, "", textes[1])
    elif len(textes) > 1:
        return Tete(suite, " ".join(textes[1:])) if etiquette["deux_points"] or _est_code(suite) else None
    if separes := _code_et_nom(suite):
        return separes
    if etiquette["deux_points"] or _est_code(suite):
        return Tete(suite, "" if _est_code(suite) else suite)
    return Tete(textes[0], textes[0]) if sans_code and len(textes) == 1 else None


def _code_et_nom(texte: str) -> Tete | None:
    """« 411X  NOM », « 411X – NOM », « NOM (411X) », « NOM – 411X » : le code est le mot qui en a la forme.

    >>> _code_et_nom("DUPON SARL (411DUPON)"), _code_et_nom("411DUPON (DUPON SARL)")
    (Tete(code='411DUPON', nom='DUPON SARL'), Tete(code='411DUPON', nom='DUPON SARL'))
    """
    apres = re.fullmatch(_NOM_PUIS_CODE, texte)
    if apres is not None and any(map(str.isdigit, apres["code"])):
        return Tete(apres["code"], apres["nom"])
    separes = re.fullmatch(_SEPARES, texte) or re.fullmatch(_CODE_PUIS_NOM, texte)
    return Tete(separes["code"], separes["nom"]) if separes is not None and _est_code(separes["code"]) else None


def est_un_report(libelle: str) -> bool:
    """« À reporter », « Report », « Total page » : la suite du même client, d'une page à l'autre.

    >>> est_un_report("A reporter"), est_un_report("Total page 3"), est_un_report("Total client 411DUP")
    (True, True, False)
    """
    return re.match(_REPORT, libelle) is not None


def noms_sous_les_codes(clients: Sequence[tuple[int, Tete | None]]) -> list[tuple[int, Tete | None]]:
    """Les têtes sur deux lignes, le code puis le nom, en une : si chaque nom a son code au-dessus de lui.

    clients : (rang de la première ligne de données, tête, ou None après un total).
    """
    joints: list[tuple[int, Tete | None]] = []
    seules = 0
    for rang, tete in clients:
        dessus = joints[-1][1] if joints and joints[-1][0] == rang else None
        if tete is None or any(map(str.isdigit, tete.code)):
            joints.append((rang, tete))
        elif dessus is not None and dessus.nom in ("", dessus.code):
            joints[-1] = (rang, Tete(dessus.code, tete.nom if tete.nom in ("", tete.code) else f"{tete.code} {tete.nom}"))
        else:
            seules += 1
    return list(clients) if seules else joints


def _est_code(texte: str) -> bool:
    """Un seul mot, qui porte un chiffre ou tout en capitales : 411DUPON, C001, DUPON ; pas « Dupon »."""
    return " " not in texte and (any(map(str.isdigit, texte)) or (texte.isupper() and len(texte) > 2))


def reporter_les_codes(codes: Sequence[str], fermes: Collection[int], sauf: Collection[int]) -> dict[int, int]:
    """Ligne sans code → la ligne qui porte le sien, si l'export n'écrit le code qu'une fois par client ; vide sinon.

    codes : le code de chaque ligne, "" si elle n'en a pas ; fermes : rangs devant lesquels un total a fermé le groupe ;
    sauf : lignes qui ne sont à personne. Ce n'en est pas la forme si un code revient, si rien ne manque, ou si trop peu
    manque pour en juger.
    """
    ecrits = [code for code in codes if code]
    vides = [i for i, code in enumerate(codes) if not code and i not in sauf]
    if not vides or not codes[0] or len(set(ecrits)) < len(ecrits) or len(vides) * 10 < len(codes):
        return {}
    reportes: dict[int, int] = {}
    courant: int | None = None
    for i, code in enumerate(codes):
        courant = i if code else None if i in fermes else courant
        if not code and courant is not None and i not in sauf:
            reportes[i] = courant
    return reportes
