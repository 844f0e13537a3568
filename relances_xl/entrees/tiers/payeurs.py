"""Le tiers payeur : s'il est donné et différent du client livré, c'est lui le débiteur (contrat §3, « Tiers payeur »)."""

from collections import defaultdict
from collections.abc import Sequence

from relances_xl.domaine.ecrits.textes import cle
from relances_xl.entrees.tiers.noms import separer_code_nom


def debiteurs(
    codes: list[str], noms: list[str], payeurs: Sequence[str], noms_des_payeurs: Sequence[str]
) -> tuple[list[str], list[str], list[str]]:
    """(code, raison sociale, client livré) de chaque ligne ; le client livré est vide quand il paie lui-même.

    Le payeur est un code, « CODE - Nom », ou le nom d'un client dont l'export donne par ailleurs le seul code. Son nom est
    vide s'il n'est écrit nulle part : ce n'est pas celui du client livré.
    """
    if not any(payeurs):
        return codes, noms, [""] * len(codes)
    separes = separer_code_nom(payeurs)
    dits, noms_dits = separes or (list(payeurs), list(noms_des_payeurs))
    connus = frozenset(codes)
    par_nom: dict[str, set[str]] = defaultdict(set)
    for code, nom in zip(codes, noms, strict=True):
        if nom:
            par_nom[cle(nom)].add(code)
    resolus, nommes, livres = [], [], []
    for code, nom, dit, nom_dit in zip(codes, noms, dits, noms_dits, strict=True):
        payeur = dit
        homonymes = par_nom.get(cle(dit), set()) if dit and dit not in connus else set()
        if code in homonymes:
            payeur = code
        elif len(homonymes) == 1:
            (payeur,) = homonymes
        autre = bool(payeur) and "".join(payeur.split()).casefold() != "".join(code.split()).casefold()
        resolus.append(payeur if autre else code)
        nommes.append(nom_dit if autre else nom)
        livres.append(code if autre else "")
    return resolus, nommes, livres
