"""Le « Tableau de bord » en tables : balance âgée, retard par niveau et par commercial, débiteurs, effet des relances."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.decider import Decision
from relances_xl.decision.lignes import COMPTE, chercher, fiche
from relances_xl.decision.montrer.age import BALANCE, balance_agee
from relances_xl.decision.montrer.delais_de_paiement import delai_comptable, delai_de_reglement, delai_par_epuisement
from relances_xl.decision.montrer.effet import DERNIERE, DU, SOLDEE, suite_des_relances
from relances_xl.decision.montrer.previsions import encaissements_attendus, retards_passes
from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import PREVENANCE
from relances_xl.domaine.parametres import Parametres

PREMIERS_DEBITEURS = 10
DERNIERES_CAMPAGNES = 8
HABITUDES_MIN = 10  # pièces réglées, pour oser prévoir
SANS_COMMERCIAL = "(aucun)"


def bilan(decision: Decision, clients: pd.DataFrame, journal: pd.DataFrame, parametres: Parametres) -> dict[str, pd.DataFrame]:
    """Les tables du tableau de bord, par nom ; montants en unités minimales.

    balance : Devise, Non échu, 0-30 j, 31-60 j, 61-90 j, > 90 j, Encours — toutes les devises, la principale d'abord.
    Les autres, dans la devise principale : niveaux (Niveau, Relances, Échéances, Retard) ; commerciaux (Commercial, Clients,
    Échéances, Retard) ; debiteurs (Code client, Raison sociale, Retard, > 90 j) ; effet (Niveau, Relances, Échéances,
    Soldées, Montant relancé, Montant réglé) ; campagnes (Campagne, Relances, Montant relancé, Réglé depuis).
    """
    lisibles = decision.lignes[decision.lignes[c.CAUSE] == ""]
    reference = pd.Timestamp(parametres.criteres.date_reference)
    principale = devise_principale(lisibles)
    des_lignes = lisibles[lisibles[c.DEVISE] == principale]
    en_retard = des_lignes[(des_lignes[c.JOURS_RETARD] > 0) & (des_lignes[c.RESTE_DU] > 0)]
    passe = suite_des_relances(journal[journal[c.DEVISE] == principale], des_lignes)
    tables = {
        "niveaux": _niveaux(decision.relances[decision.relances[c.DEVISE] == principale]),
        "commerciaux": _commerciaux(en_retard, clients),
        "debiteurs": _debiteurs(en_retard, clients),
        "effet": _effet(passe),
        "campagnes": _campagnes(passe),
    }
    for table in tables.values():
        table.insert(0, "Devise", principale)
    tables |= {"encaissements": _attendus(des_lignes, reference), "delais": _delais(des_lignes, reference)}
    for nom in ("encaissements", "delais"):
        tables[nom].insert(1, "Devise", principale)
    return {"balance": _balance(lisibles, reference, principale), **tables}


def devise_principale(lisibles: pd.DataFrame) -> str:
    """La devise du plus grand nombre de lignes ; EUR sans aucune ligne."""
    nombres = lisibles.groupby(c.DEVISE).size()
    return str(nombres.idxmax()) if len(nombres) else "EUR"


def _attendus(des_lignes: pd.DataFrame, reference: pd.Timestamp) -> pd.DataFrame:
    """Semaine, Attendu ; vide si l'on ne connaît les habitudes de personne."""
    retards = retards_passes(des_lignes)
    ouvertes = des_lignes[(des_lignes[c.RESTE_DU] > 0) & des_lignes[c.DATE_ECHEANCE].notna()]
    if len(retards) < HABITUDES_MIN or ouvertes.empty:
        return pd.DataFrame({"Semaine": pd.Series(dtype="str"), "Attendu": pd.Series(dtype="int64")})
    attendus = encaissements_attendus(ouvertes, retards, reference)
    semaines = ("du " + phrases.dates(attendus[c.DATE]).str[:5]).mask(attendus[c.SEMAINE] == 0, "au-delà")
    return pd.DataFrame({"Semaine": semaines, "Attendu": attendus[c.MONTANT]})


def _delais(des_lignes: pd.DataFrame, reference: pd.Timestamp) -> pd.DataFrame:
    """Mesure, Jours : ce que mettent les clients à payer ; vide si l'export ne porte pas les pièces déjà réglées."""
    mesures = {
        "Pièces réglées, de la pièce au règlement": delai_de_reglement(des_lignes),
        "Délai comptable (encours / ventes de l'année)": delai_comptable(des_lignes, reference),
        "Délai par épuisement des ventes": delai_par_epuisement(des_lignes, reference),
    }
    connues = {nom: jours for nom, jours in mesures.items() if jours is not None}
    return pd.DataFrame({"Mesure": pd.Series(list(connues), dtype="str"), "Jours": pd.Series(list(connues.values()), dtype="int64")})


def _balance(lisibles: pd.DataFrame, reference: pd.Timestamp, principale: str) -> pd.DataFrame:
    balance = balance_agee(lisibles, reference, [c.DEVISE])[BALANCE].rename_axis("Devise").reset_index()
    return balance.sort_values("Devise", key=lambda devises: devises != principale, kind="stable").reset_index(drop=True)


def _niveaux(relances: pd.DataFrame) -> pd.DataFrame:
    """Sans les prévenances : ce qu'elles portent n'est pas en retard."""
    table = (
        relances[relances[c.NIVEAU] != PREVENANCE]
        .groupby(c.NIVEAU)
        .agg(Relances=(c.RELANCE, "size"), Échéances=(c.NB_ECHEANCES, "sum"), Retard=(c.RETARD, "sum"))
    )
    return _niveau_en_clair(table)


def _commerciaux(en_retard: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Le commercial de la ligne, sinon celui de la fiche ; les plus gros retards d'abord."""
    de_la_fiche = fiche(en_retard[c.CODE_CLIENT], clients, c.COMMERCIAL)
    commercial = en_retard[c.COMMERCIAL].where(en_retard[c.COMMERCIAL] != "", de_la_fiche)
    commercial = commercial.where(commercial != "", SANS_COMMERCIAL)
    table = en_retard.groupby(commercial).agg(
        Clients=(c.CODE_CLIENT, "nunique"), Échéances=(c.RESTE_DU, "size"), Retard=(c.RESTE_DU, "sum")
    )
    return table.rename_axis("Commercial").sort_values("Retard", ascending=False, kind="stable").reset_index()


def _debiteurs(en_retard: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Les dix comptes les plus en retard."""
    retard = en_retard.groupby(COMPTE)[c.RESTE_DU].sum()
    tres_tard = en_retard[en_retard[c.JOURS_RETARD] > 90].groupby(COMPTE)[c.RESTE_DU].sum()
    table = pd.DataFrame({"Retard": retard, "> 90 j": tres_tard.reindex(retard.index, fill_value=0)})
    table = table.sort_values("Retard", ascending=False, kind="stable").head(PREMIERS_DEBITEURS).reset_index()
    noms = en_retard.groupby(c.CODE_CLIENT)[c.RAISON_SOCIALE].first()
    de_la_fiche = fiche(table[c.CODE_CLIENT], clients, c.RAISON_SOCIALE)
    table["Raison sociale"] = de_la_fiche.where(de_la_fiche != "", chercher(noms, table[c.CODE_CLIENT]))
    table = table.rename(columns={c.CODE_CLIENT: "Code client"})
    return table[["Code client", "Raison sociale", "Retard", "> 90 j"]]


def _effet(passe: pd.DataFrame) -> pd.DataFrame:
    """Par niveau : ce qui a été relancé, et ce qui s'est réglé sans attendre la relance suivante."""
    regle = (passe[c.MONTANT] - passe[DU]).clip(lower=0).where(passe[DERNIERE], 0)
    passe = passe.assign(soldees=passe[SOLDEE] & passe[DERNIERE], regle=regle)
    table = passe.groupby(c.NIVEAU).agg(
        **{
            "Relances": (c.RELANCE, "nunique"),
            "Échéances": (c.MONTANT, "size"),
            "Soldées": ("soldees", "sum"),
            "Montant relancé": (c.MONTANT, "sum"),
            "Montant réglé": ("regle", "sum"),
        }
    )
    return _niveau_en_clair(table)


def _campagnes(passe: pd.DataFrame) -> pd.DataFrame:
    """Par date d'édition, de la plus ancienne à la plus récente : ce qui a été relancé, et ce qui s'en est réglé depuis."""
    regle = (passe[c.MONTANT] - passe[DU]).clip(lower=0)
    table = (
        passe.assign(regle=regle)
        .groupby(c.DATE)
        .agg(**{"Relances": (c.RELANCE, "nunique"), "Montant relancé": (c.MONTANT, "sum"), "Réglé depuis": ("regle", "sum")})
    )
    table = table.tail(DERNIERES_CAMPAGNES).reset_index()
    return table.assign(Campagne=phrases.dates(table[c.DATE])).drop(columns=c.DATE)


def _niveau_en_clair(par_niveau: pd.DataFrame) -> pd.DataFrame:
    table = par_niveau.rename_axis("Niveau").reset_index()
    en_clair = "Niveau " + table["Niveau"].astype("str")
    return table.assign(Niveau=en_clair.mask(table["Niveau"] == PREVENANCE, "Prévenance"))
