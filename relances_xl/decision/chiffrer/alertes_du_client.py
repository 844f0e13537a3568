"""Ce que le compte d'un client dit de travers et qui change peut-être ce qu'il doit (contrat §3)."""

import re

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.juger.credits import date_de_credit
from relances_xl.decision.lignes import COMPTE, chercher, fiche
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.selection import cle_de_code

_FORME = re.compile(
    r"(?<!\w)(s\.?a\.?r\.?l|s\.?a\.?s\.?u?|s\.?a|e\.?u\.?r\.?l|s\.?c\.?i|s\.?n\.?c|e\.?i\.?r\.?l|ltd|gmbh|inc)\.?(?!\w)", re.IGNORECASE
)


def alertes_du_client(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, criteres: Criteres) -> list[pd.Series]:
    """Par relance : ses lignes en anomalie, un autre code de la même entreprise en crédit, un règlement arrivé entre-temps."""
    return [_anomalies(relances, lignes), _autres_codes(relances, lignes, clients), _reglements(relances, lignes, criteres)]


def _anomalies(relances: pd.DataFrame, lignes: pd.DataFrame) -> pd.Series:
    """« 2 lignes en anomalie : 340,00 € », de toutes devises : celle d'une ligne en anomalie est parfois fausse ; sans montant, le nombre."""
    fautives, codes = lignes[lignes[c.CAUSE] != ""], relances[c.CODE_CLIENT]
    if fautives.empty:
        return phrases.vides(relances)
    nombre = chercher(fautives.groupby(c.CODE_CLIENT).size(), codes, defaut=0)
    sommes = fautives.groupby(COMPTE)[c.RESTE_DU].sum().reset_index()
    sommes = sommes[sommes[c.RESTE_DU] != 0]
    enumeres = phrases.montants(sommes[c.RESTE_DU], sommes[c.DEVISE]).groupby(sommes[c.CODE_CLIENT]).agg(", ".join)
    montants = chercher(enumeres, codes).astype("str").fillna("")
    return (phrases.pluriel(nombre, "ligne") + " en anomalie" + phrases.si_present(" : ", montants)).where(nombre > 0, "")


def _autres_codes(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame) -> pd.Series:
    """« 500,00 € de crédit sous C2 (même SIREN) » : un autre compte de la même entreprise, au solde créditeur."""
    soldes = lignes[lignes[c.CAUSE] == ""].groupby(COMPTE)[c.RESTE_DU].sum()
    crediteurs = soldes[soldes < 0].rename("solde").reset_index()
    if crediteurs.empty:
        return phrases.vides(relances)
    textes = phrases.vides(relances)
    noms = lignes.drop_duplicates(c.CODE_CLIENT).set_index(c.CODE_CLIENT)[c.RAISON_SOCIALE]
    for identite, raison in (
        (_siren, "même SIREN"),
        (_nom_et_code_postal, "même nom et code postal"),
        (_code, "même code, autrement écrit"),
    ):
        siennes = identite(crediteurs[c.CODE_CLIENT], clients, noms)
        credits_ = crediteurs.assign(identite=siennes)[siennes != ""].rename(columns={c.CODE_CLIENT: "autre"})
        demandes = relances[[c.DEVISE, c.CODE_CLIENT]].assign(
            identite=identite(relances[c.CODE_CLIENT], clients, noms), place=relances.index
        )
        paires = demandes.merge(credits_, on=[c.DEVISE, "identite"])
        paires = paires[paires["autre"] != paires[c.CODE_CLIENT]].sort_values(["place", "autre"])
        montants = phrases.montants(-paires["solde"], paires[c.DEVISE])
        dits = (montants + " de crédit sous " + paires["autre"] + f" ({raison})").groupby(paires["place"])
        trouves = dits.agg(phrases.SEPARATEUR.join).reindex(relances.index, fill_value="").astype("str")
        textes = textes.where(textes != "", trouves)
    return textes


def _siren(codes: pd.Series, clients: pd.DataFrame, noms: pd.Series) -> pd.Series:
    """Neuf chiffres : le SIREN, ou le début du SIRET."""
    return fiche(codes, clients, c.SIREN).str.replace(r"\D", "", regex=True).str[:9]


def _code(codes: pd.Series, clients: pd.DataFrame, noms: pd.Series) -> pd.Series:
    """« 0411 » et « 411 », « dup » et « DUP » : deux clients, peut-être, ou un seul."""
    return codes.map({code: cle_de_code(code) for code in codes.unique()}).astype("str")


def _nom_et_code_postal(codes: pd.Series, clients: pd.DataFrame, noms: pd.Series) -> pd.Series:
    nom, postal = fiche(codes, clients, c.RAISON_SOCIALE), fiche(codes, clients, c.CODE_POSTAL)
    nom = nom.where(nom != "", chercher(noms, codes).astype("str").fillna(""))
    return (nom.map(_entreprise) + "/" + postal).where((nom != "") & (postal != ""), "")


def _entreprise(nom: str) -> str:
    """Le nom sans sa forme juridique ni son service : « DUPON S.A.R.L. » et « Dupon SARL, Service Compta » sont la même.

    >>> _entreprise("DUPON S.A.R.L."), _entreprise("Dupon SARL, Service Compta")
    ('dupon', 'dupon')
    """
    return cle(_FORME.sub(" ", nom.split(",")[0])) or cle(nom)


def _reglements(relances: pd.DataFrame, lignes: pd.DataFrame, criteres: Criteres) -> pd.Series:
    """« règlement de 300,00 € du 02/04/2026, après la date de référence » : daté au plus tard de la date d'édition."""
    jour = date_de_credit(lignes)
    recents = lignes[
        lignes[c.CREDIT] & (jour > pd.Timestamp(criteres.date_reference)) & (jour <= pd.Timestamp(criteres.date_edition))
    ].sort_values([c.DATE_PIECE, c.PIECE])
    if recents.empty:
        return phrases.vides(relances)
    dits = "règlement de " + phrases.montants(-recents[c.RESTE_DU], recents[c.DEVISE]) + " du " + phrases.dates(date_de_credit(recents))
    par_compte = (dits + ", après la date de référence").groupby([recents[nom] for nom in COMPTE]).agg(phrases.SEPARATEUR.join)
    return chercher(par_compte, *(relances[nom] for nom in COMPTE)).astype("str").fillna("")
