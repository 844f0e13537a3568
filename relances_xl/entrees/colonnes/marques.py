"""Une colonne de marques, D ou C, à côté d'un montant : elle en donne le signe (contrat §3, « Signe ailleurs »)."""

from collections.abc import Mapping, Sequence

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import sans_accents
from relances_xl.domaine.erreurs import Faute
from relances_xl.domaine.feuilles import Valeur
from relances_xl.entrees.colonnes.noms_d_entete import lettre
from relances_xl.entrees.colonnes.reconnaissance import REMEDE
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, MONTANT_DEBIT, SOLDE
from relances_xl.entrees.valeurs.colonne_textes import en_texte

_FAMILLES = (
    ("d db deb debit debiteur debitrice dr sd", "c cr cred credit crediteur creditrice sc"),
    ("s soll", "h haben"),
    ("+", "- − –"),
    ("1 +1", "-1"),
    ("doit facture", "avoir"),
)
MARQUES = {mot: signe for paire in _FAMILLES for mots, signe in zip(paire, (1, -1), strict=True) for mot in mots.split()}
_NATURES = frozenset(" ".join(_FAMILLES[-1]).split())
"""Des marques qui sont aussi des natures : sous un titre de nature, elles le restent."""
_DEUX_NATURES = ({"facture", "avoir"}, {"doit", "avoir"})
_SIGNES = (c.RESTE_DU, c.MONTANT)
"""Les montants auxquels une marque donne un signe."""
_DEJA_SIGNES = (MONTANT_DEBIT, MONTANT_CREDIT, SOLDE)


def lire_marque(valeur: Valeur) -> int:
    """1 au débit, −1 au crédit, 0 si ce n'est ni l'un ni l'autre.

    >>> lire_marque("C"), lire_marque("Débit"), lire_marque("-"), lire_marque("OD")
    (-1, 1, -1, 0)
    """
    return MARQUES.get(_nue(valeur), 0)


def _nue(valeur: Valeur) -> str:
    return sans_accents(en_texte(valeur)).casefold().strip(" .()")


def que_des_marques(cellules: Sequence[Valeur]) -> bool:
    """Rien que des marques ou du vide, sans chiffre : une colonne de 1 n'est pas une colonne de signes."""
    return all(not (nue := _nue(valeur)) or (nue in MARQUES and not nue[-1].isdigit()) for valeur in set(cellules))


def est_un_sens(cellules: Sequence[Valeur]) -> bool:
    """Sous un titre de nature, rien que des D et des C : c'est le sens des montants."""
    vues = {nue for valeur in set(cellules) if (nue := _nue(valeur))}
    return bool(vues) and vues <= set(MARQUES) - _NATURES and _probantes(vues) and que_des_marques(list(vues))


def natures_mal_titrees(marques: Mapping[int, Sequence[Valeur]], entetes: Sequence[str]) -> list[int]:
    """Les rangs des colonnes qui, sous un titre inconnu, ne disent que Facture ou Avoir : une nature, non un sens."""
    titrees = [rang for rang in marques if rang < len(entetes) and entetes[rang]]
    return [rang for rang in titrees if {nue for valeur in set(marques[rang]) if (nue := _nue(valeur))} in _DEUX_NATURES]


def rattacher(
    marques: Mapping[int, Sequence[Valeur]], entetes: Sequence[str], champs: Mapping[str, int]
) -> tuple[dict[str, int], list[Faute]]:
    """(champ de montant → rang de la colonne qui en donne le signe, fautes).

    marques : rang → cellules des colonnes sans champ qui ne portent que des marques ; une marque qui ne se rattache à
    aucun montant est une faute : sans elle les crédits seraient des dettes.
    """
    montants = {champs[champ]: champ for champ in (*_SIGNES, *_DEJA_SIGNES) if champ in champs}
    signes: dict[str, int] = {}
    perdues: list[int] = []
    for rang, cellules in sorted(marques.items()):
        vues = {nue for valeur in set(cellules) if (nue := _nue(valeur))}
        titre = entetes[rang] if rang < len(entetes) else ""
        if not vues or (titre and not _probantes(vues)):
            continue
        voisin = montants.get(rang - 1) or montants.get(rang + 1)
        if voisin is None:
            perdues.append(rang)
        elif voisin in _SIGNES:
            signes.setdefault(voisin, rang)
    if c.SENS in champs:
        signes = {champ: signes.get(champ, champs[c.SENS]) for champ in _SIGNES if champ in champs}
    elif signes:
        seul = next(iter(signes.values()))
        signes = {champ: signes.get(champ, seul) for champ in _SIGNES if champ in champs}
    if signes or any(champ in champs for champ in _DEJA_SIGNES):
        return signes, []
    return {}, [_faute(rang, entetes) for rang in perdues]


def _probantes(vues: set[str]) -> bool:
    """Les deux sens, ou un crédit écrit autrement que d'une lettre : « C » seul peut être une catégorie."""
    sens = {MARQUES[nue] for nue in vues}
    return len(sens) == 2 or any(MARQUES[nue] < 0 and (len(nue) > 1 or not nue.isalpha()) for nue in vues)


def _faute(rang: int, entetes: Sequence[str]) -> Faute:
    titre = entetes[rang] if rang < len(entetes) else ""
    dite = f"la colonne « {titre} » ({lettre(rang)})" if titre else f"la colonne {lettre(rang)}, sans titre,"
    return Faute(
        f"{dite} ne contient que des marques de débit et de crédit (D, C…), et aucun montant n'est à côté d'elle",
        f"{REMEDE}, pour le champ sens" if titre else "donnez-lui le titre « Sens » dans l'export",
    )
