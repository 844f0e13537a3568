"""Les totaux qu'un état imprime, comparés à ce que font ses lignes : un écart est dit (contrat §3, « État groupé »)."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import decimales, ecrire
from relances_xl.domaine.erreurs import Faute
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, MONTANT_DEBIT
from relances_xl.entrees.echeances.montants_dus import MontantsDus
from relances_xl.entrees.valeurs.colonne_montants import Entiers, montants
from relances_xl.entrees.valeurs.colonne_textes import Masque, citer

_CITES = 5


class _Cumuls:
    """Les sommes courantes d'une colonne de montants, avec leur signe et telles qu'écrites ; et d'où un total peut partir."""

    def __init__(self, colonnes: Sequence[Entiers], departs: Sequence[int]) -> None:
        self.cumuls = [np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(unites)]) for unites in colonnes]
        self.departs = sorted(set(departs))
        self.vus: list[set[int]] = [set() for _ in self.cumuls]
        self.suivant = 0

    def expliquent(self, dit: int, avant: int) -> bool:
        """Le total est-il la somme des lignes qui le précèdent, depuis l'un des départs ? À appeler par `avant` croissant."""
        while self.suivant < len(self.departs) and self.departs[self.suivant] <= avant:
            for cumul, vus in zip(self.cumuls, self.vus, strict=True):
                vus.add(int(cumul[self.departs[self.suivant]]))
            self.suivant += 1
        ici = [int(cumul[avant]) for cumul in self.cumuls]
        return any(total - dit in vus or total + dit in vus for total, vus in zip(ici, self.vus, strict=True))

    def dernier(self, avant: int) -> int:
        """La somme des lignes depuis le dernier départ."""
        debut = max((depart for depart in self.departs if depart < avant), default=0)
        return int(self.cumuls[0][avant] - self.cumuls[0][debut])


def sans_libelle(tableau: Tableau, dus: MontantsDus) -> Masque:
    """Les lignes qui n'ont que des montants, et dont ces montants sont la somme de lignes au-dessus d'elles : des totaux."""
    trouvees = np.zeros(len(tableau.numeros), dtype=np.bool_)
    candidates = np.flatnonzero(tableau.nues).tolist()
    if not candidates:
        return trouvees
    cumuls = _cumuls(tableau, dus, tableau.nues, candidates)
    for i in candidates:
        dits = {champ: int(dus.lues[champ].unites[i]) for champ in cumuls if not dus.lues[champ].vides[i]}
        trouvees[i] = i > 0 and any(dits.values()) and all(cumuls[champ].expliquent(dit, i) for champ, dit in dits.items())
    return trouvees


def ecarts(tableau: Tableau, dus: MontantsDus, ecartees: Masque) -> Iterator[Faute]:
    """Un avertissement par total imprimé que ses lignes n'expliquent pas. ecartees : les lignes qui sont elles-mêmes des totaux."""
    devises = set(dus.devise[~ecartees])
    if not tableau.totaux or len(devises) != 1:
        return
    devise = devises.pop()
    precision = np.full(1, decimales(devise), dtype=np.int64)
    cumuls = _cumuls(tableau, dus, ecartees, ())
    faux = []
    for total in tableau.totaux:
        lus = {champ: montants([total.cellules[champ]], precision) for champ in cumuls if champ in total.cellules}
        dits = {champ: int(lu.unites[0]) for champ, lu in lus.items() if not (lu.vides[0] or lu.illisibles[0])}
        fautif = [champ for champ, dit in dits.items() if not cumuls[champ].expliquent(dit, total.avant)]
        if fautif:
            faux.append((total, dits[fautif[0]], cumuls[fautif[0]].dernier(total.avant)))
    for total, imprime, somme in faux[:_CITES]:
        yield Faute(
            f"ligne {total.numero}, {citer(total.libelle)} imprime {ecrire(imprime, devise)}, ses lignes font {ecrire(somme, devise)}",
            "voyez si des lignes manquent à l'export, ou sont en anomalie",
        )
    if len(faux) > _CITES:
        autres = len(faux) - _CITES
        yield Faute(
            f"{autres} autres totaux imprimés ne sont pas la somme de leurs lignes"
            if autres > 1
            else "un autre total imprimé n'est pas la somme de ses lignes"
        )


def _cumuls(tableau: Tableau, dus: MontantsDus, ecartees: Masque, autres_departs: Sequence[int]) -> Mapping[str, _Cumuls]:
    departs = [0, *tableau.debuts, *(total.avant for total in tableau.totaux), *autres_departs]
    champs = dus.source if MONTANT_DEBIT in dus.source else (c.RESTE_DU, c.MONTANT)
    return {
        champ: _Cumuls([np.where(ecartees, 0, unites) for unites in _lectures(dus, champ)], departs)
        for champ in champs
        if champ in dus.lues
    }


def _lectures(dus: MontantsDus, champ: str) -> tuple[Entiers, Entiers]:
    """La colonne telle qu'elle est écrite, et avec son signe, ou nette de l'autre : un état additionne l'une ou l'autre."""
    unites = dus.lues[champ].unites
    if champ in (MONTANT_DEBIT, MONTANT_CREDIT):
        return unites, dus.lues[MONTANT_DEBIT].unites - dus.lues[MONTANT_CREDIT].unites
    signees: Entiers = np.where(dus.reste < 0, -np.abs(unites), unites)
    return signees, unites
