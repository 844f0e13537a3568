"""Un solde à côté de débit et crédit : leur différence, ou un cumul. Sinon on ne sait pas ce qui est dû (contrat §3)."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.erreurs import Faute
from relances_xl.entrees.colonnes.lignes_du_tableau import Tableau
from relances_xl.entrees.colonnes.reconnaissance import REMEDE
from relances_xl.entrees.colonnes.synonymes import MONTANT_CREDIT, MONTANT_DEBIT, SOLDE
from relances_xl.entrees.echeances.montants_dus import MontantsDus
from relances_xl.entrees.valeurs.colonne_montants import Entiers
from relances_xl.entrees.valeurs.colonne_textes import Masque

_COMPTE = r"(n|no|num|numero)?(de)?compte(general)?|numcp"
_AUTRE_COMPTE = r"(40|42|43|44|45|46|47|51|53|58|6\d|7\d)\w{3,}"  # plan comptable général : ni client, ni acompte de client


def faute_de_solde(tableau: Tableau, dus: MontantsDus, codes: Sequence[str]) -> Faute | None:
    """Une faute si le solde n'est, sur toutes ses lignes, ni débit − crédit, ni ce cumul au fil du client ou du tableau."""
    if SOLDE not in dus.lues or len(tableau.numeros) == 0:
        return None
    debit, credit, solde = (dus.lues[champ] for champ in (MONTANT_DEBIT, MONTANT_CREDIT, SOLDE))
    lisibles = ~(solde.vides | solde.illisibles | tableau.decalees | tableau.nues)
    mouvement = debit.unites - credit.unites
    ecrit = np.abs(solde.unites)
    if (ecrit == np.abs(mouvement))[lisibles].all():
        return None
    du_client, du_tableau = np.zeros_like(mouvement), np.cumsum(mouvement)
    courant, precedent = 0, None
    for i, (code, montant) in enumerate(zip(codes, mouvement.tolist(), strict=True)):
        courant = montant if code != precedent else courant + montant
        du_client[i], precedent = courant, code
    if any((ecrit == np.abs(cumul))[lisibles].all() for cumul in (du_client, du_tableau)):
        return None
    if _suit_les_mouvements(solde.unites, mouvement, lisibles, codes):
        return None
    entete = tableau.entete.textes
    debit_credit_solde = ", ".join(f"« {entete[tableau.champs[champ]]} »" for champ in (MONTANT_DEBIT, MONTANT_CREDIT, SOLDE))
    return Faute(
        f"plusieurs colonnes peuvent dire le reste dû : {debit_credit_solde} ; le solde n'est ni leur différence, ni leur cumul",
        f"{REMEDE} (« Débit - Crédit » s'écrit aussi) ; un solde progressif ne convient pas",
    )


def faute_de_comptes(tableau: Tableau, codes: Sequence[str]) -> Faute | None:
    """Une faute si la colonne des comptes mêle aux clients (411) la banque, les ventes, les fournisseurs : un grand livre général."""
    entete = tableau.entete.textes[tableau.champs[c.CODE_CLIENT]] if c.CODE_CLIENT in tableau.champs else ""
    if not re.fullmatch(_COMPTE, cle(entete)):
        return None
    distincts = sorted(set(codes))
    autres = [code for code in distincts if re.fullmatch(_AUTRE_COMPTE, code)]
    if not autres or not any(code.startswith("411") for code in distincts):
        return None
    cites = ", ".join(f"« {code} »" for code in autres[:3])
    return Faute(
        f"« {entete} » mêle aux comptes clients (411) d'autres comptes : {cites}{'…' if len(autres) > 3 else ''}",
        "exportez les comptes clients seulement (grand livre auxiliaire, comptes 411), ou le FEC",
    )


def _suit_les_mouvements(solde: Entiers, mouvement: Entiers, lisibles: Masque, codes: Sequence[str]) -> bool:
    """D'une ligne à la suivante du même client, le solde bouge du mouvement : il part seulement d'un report non écrit."""
    rangs = np.flatnonzero(lisibles).tolist()
    suites = [(a, b) for a, b in pairwise(rangs) if codes[a] == codes[b] and b == a + 1]
    return bool(suites) and all(solde[b] - solde[a] == mouvement[b] for a, b in suites)
