"""Un contenu de revue inventé, plausible et piégé, à la taille voulue : pour les tests et le banc d'écriture."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from relances_xl.decision.montrer.a_appeler import POURQUOI
from relances_xl.decision.montrer.controle import controle
from relances_xl.domaine import tables as c
from relances_xl.domaine.criteres import Criteres
from relances_xl.domaine.motifs import Cause, Motif
from relances_xl.revue.ecrire.contenu import Contenu

REFERENCE = date(2026, 3, 31)
LOT = "2026-03-31_1"
NOMS = ("Boulangerie Lefèvre & Fils", "Garage de l'Étoile", "SARL Bâti-Nord", "Mairie de Saint-Étienne-du-Bois", "Café <Le Zinc>", "Transports Müller", "=HYPERLINK(\"http://pirate\")", "Œuvres d'été")  # fmt: skip
EXPLICATIONS = {
    Motif.NON_ECHUE: "échéance du 30/04/2026, non échue au 31/03/2026",
    Motif.LITIGE: "litige : marchandise reçue abîmée",
    Motif.PROMESSE: "règlement promis pour le 15/04/2026",
    Motif.DELAI: "relancée le 25/03/2026 : 6 jours, il en faut 15",
    Motif.COMPTOIR: "module « Comptoir » exclu",
    Motif.PROCEDURE_COLLECTIVE: "client en procédure collective",
}
MONTANTS = (c.RESTE_DU, c.MONTANT, c.PENALITES, c.RETARD, c.CREDITS, c.NET, c.TOTAL_RECLAME, c.INDEMNITE)
DATES = (c.DATE_PIECE, c.DATE_ECHEANCE, c.DERNIERE_RELANCE, c.PRESCRIPTION, c.PLUS_ANCIENNE)


def table(rangs: Iterable[dict[str, object]], colonnes: list[str]) -> pd.DataFrame:
    """Les rangs, aux types canoniques."""
    df = pd.DataFrame(list(rangs), columns=colonnes)
    for nom in colonnes:
        if nom in DATES or nom == "Dernière relance":
            df[nom] = df[nom].astype("datetime64[s]")
        elif nom in (c.PENALITES, c.MONTANT, c.TOTAL_RECLAME):
            df[nom] = df[nom].astype("Int64")
        elif set(df[nom].map(type)) <= {str}:
            df[nom] = df[nom].astype("str")
    return df


def _rangs(table: pd.DataFrame) -> Iterator[Any]:
    """Les rangs d'une table, par leurs noms de colonnes : chaque cellule y est du type de sa colonne."""
    return iter(table.itertuples())


def contenu(
    nb_clients: int = 12, lignes_par_client: int = 4, devises: tuple[str, ...] = ("EUR",), graine: int = 1, exclues: int = 30
) -> Contenu:
    """Un contenu complet ; chaque client a une relance, son dernier avoir est un crédit un client sur trois."""
    hasard = random.Random(graine)
    lignes: list[dict[str, object]] = []
    for k in range(nb_clients):
        devise = devises[k % len(devises)]
        for j in range(lignes_par_client):
            lignes.append(_ligne(hasard, k, j, devise, len(lignes) + 2, credit=j > 0 and j == lignes_par_client - 1 and k % 3 == 0))
    for _ in range(exclues):
        lignes.append(_exclue(hasard, len(lignes) + 2))
    for cause in (Cause.DATE_ILLISIBLE, Cause.CLIENT_MANQUANT):
        lignes.append(_exclue(hasard, len(lignes) + 2) | {c.MOTIF: "", c.CAUSE: cause.value, c.DATE_ECHEANCE: None, c.EXPLICATION: "« 31/02/2026 » n'est pas une date"})  # fmt: skip
    toutes = table(lignes, list(lignes[0]))
    retenues = toutes[toutes[c.RELANCE] != ""]
    relances = table((_relance(hasard, groupe) for _, groupe in retenues.groupby(c.RELANCE)), _COLONNES_RELANCE)
    relances[c.EMAIL] = relances[c.EMAIL].astype("str")
    relances[c.MESSAGE] = relances[c.MESSAGE].astype("str")
    return Contenu(
        Criteres(REFERENCE, REFERENCE, reedition=True), toutes, relances, _complement(relances), controle(toutes, 2),
        a_appeler=_a_appeler(relances), contentieux=_contentieux(relances), bilan=_bilan(relances),
        emetteur="Atelier Ribeaucourt SARL",
    )  # fmt: skip


def _ligne(hasard: random.Random, k: int, j: int, devise: str, numero: int, credit: bool) -> dict[str, object]:
    echeance = REFERENCE - timedelta(days=hasard.choice((3, 12, 25, 40, 70, 95, 180, 400)))
    niveau = min(3, 1 + (REFERENCE - echeance).days // 40)
    montant = hasard.randrange(5_000, 2_000_000)
    return {
        c.LIGNE: numero, c.RELANCE: f"{LOT}-{k + 1:04d}", c.CODE_CLIENT: f"{411000 + k:08d}", c.RAISON_SOCIALE: NOMS[k % len(NOMS)],
        c.PIECE: f"{'AV' if credit else 'FA'}{numero:06d}", c.DATE_PIECE: echeance - timedelta(days=30), c.DATE_ECHEANCE: echeance,
        c.JOURS_RETARD: (REFERENCE - echeance).days, c.MODE_PAIEMENT: hasard.choice(("Virement", "LCR", "Chèque", "")), c.DEVISE: devise,
        c.MONTANT: -montant if credit else montant, c.RESTE_DU: -montant // 4 if credit else montant,
        c.DERNIER_NIVEAU: 0 if credit else niveau - 1, c.DERNIERE_RELANCE: None if niveau == 1 or credit else REFERENCE - timedelta(days=20),
        c.NIVEAU_PROPOSE: 0 if credit else niveau, c.PENALITES: montant // 100 if niveau == 3 and not credit else 0,
        c.REFERENCE: hasard.choice(("", "CDE-778", "-12/B", "+33")), c.PRESCRIPTION: echeance + timedelta(days=hasard.choice((1825, 730, 450))),
        c.CREDIT: credit, c.MOTIF: "", c.CAUSE: "", c.EXPLICATION: "", c.PLAN: "Standard",
    }  # fmt: skip


def _exclue(hasard: random.Random, numero: int) -> dict[str, object]:
    motif = hasard.choice(list(EXPLICATIONS))
    return _ligne(hasard, hasard.randrange(50), 0, "EUR", numero, credit=False) | {
        c.RELANCE: "",
        c.MOTIF: motif.value,
        c.EXPLICATION: EXPLICATIONS[motif],
    }


_COLONNES_RELANCE = [
    c.RELANCE, c.CODE_CLIENT, c.RAISON_SOCIALE, c.DEVISE, c.NIVEAU, c.NB_ECHEANCES, c.RETARD, c.CREDITS, c.NET, c.PENALITES, c.INDEMNITE,
    c.TOTAL_RECLAME, c.PLUS_ANCIENNE, c.JOURS_RETARD, c.DERNIERE_RELANCE, c.DERNIER_NIVEAU, c.SORTIE, c.EMAIL, c.ALERTE, c.MESSAGE, c.PLAN,
]  # fmt: skip


def _relance(hasard: random.Random, groupe: pd.DataFrame) -> dict[str, object]:
    dues, premiere = groupe[~groupe[c.CREDIT]], groupe.iloc[0]
    retard, credits_ = int(dues[c.RESTE_DU].sum()), -int(groupe.loc[groupe[c.CREDIT], c.RESTE_DU].sum())
    penalites = int(dues[c.PENALITES].sum())
    indemnite = 4000 * int((dues[c.NIVEAU_PROPOSE] == 3).sum()) if premiere[c.DEVISE] == "EUR" else 0
    email = hasard.choice(("compta@lefevre.example", "direction@etoile.example", ""))
    sortie = hasard.choice(("PDF", "Email", "Imprimante"))
    return {
        c.RELANCE: premiere[c.RELANCE], c.CODE_CLIENT: premiere[c.CODE_CLIENT], c.RAISON_SOCIALE: premiere[c.RAISON_SOCIALE],
        c.DEVISE: premiere[c.DEVISE], c.NIVEAU: int(dues[c.NIVEAU_PROPOSE].max()), c.NB_ECHEANCES: len(dues), c.RETARD: retard,
        c.CREDITS: credits_, c.NET: retard - credits_, c.PENALITES: penalites, c.INDEMNITE: indemnite,
        c.TOTAL_RECLAME: retard - credits_ + penalites + indemnite, c.PLUS_ANCIENNE: dues[c.DATE_ECHEANCE].min(),
        c.JOURS_RETARD: int(dues[c.JOURS_RETARD].max()), c.DERNIERE_RELANCE: dues[c.DERNIERE_RELANCE].max(),
        c.DERNIER_NIVEAU: int(dues[c.DERNIER_NIVEAU].max()), c.SORTIE: sortie, c.EMAIL: email,
        c.ALERTE: hasard.choice(("", "", "Sortie Email sans adresse : la lettre sera faite en PDF · montant inhabituellement élevé", "Prescription dans moins de 6 mois : FA000012")),
        c.MESSAGE: "", c.PLAN: "Standard",
    }  # fmt: skip


def _complement(relances: pd.DataFrame) -> pd.DataFrame:
    rangs = [
        {
            "Code client": r.code_client, "Raison sociale": r.raison_sociale, "Contact": "Mme Dubreuil", "Téléphone": "03 26 00 12 34",
            "Email": r.email, "Devise": r.devise, "Encours": r.net + 150_000, "Non échu": 150_000, "0-30 j": r.net // 2,
            "31-60 j": r.net // 4, "61-90 j": r.net // 8, "> 90 j": r.net - r.net // 2 - r.net // 4 - r.net // 8, "Relances": r.dernier_niveau,
            "Dernière relance": r.derniere_relance, "Dernier niveau": r.dernier_niveau, "Note": "Rappeler après le 10 du mois" if r.net % 3 == 0 else "",
            "Pièces ouvertes": "FA000012 du 31/12/2025, 90 j : 1 200,00 €\nAV000013 : -12,00 €", "Relances passées": "niveau 1 le 11/03/2026 : 2 échéances, aucune soldée",
        }
        for r in _rangs(relances)
    ]  # fmt: skip
    return table(rangs, list(rangs[0]) if rangs else [])


def _a_appeler(relances: pd.DataFrame) -> pd.DataFrame:
    """Un client sur deux est à appeler."""
    choisies = relances.iloc[::2]
    colonnes = [c.CODE_CLIENT, c.RAISON_SOCIALE, c.RETARD, c.DEVISE]
    textes = {c.CONTACT: "Mme Dubreuil", c.TELEPHONE: "03 26 00 12 34", POURQUOI: "promesse du 15/03/2026 non tenue"}
    return choisies[colonnes].assign(**textes).astype(dict.fromkeys(textes, "str")).reset_index(drop=True)


def _contentieux(relances: pd.DataFrame) -> pd.DataFrame:
    """Les relances du dernier niveau, comme si leur délai était écoulé."""
    hautes = relances[relances[c.NIVEAU] == 3]
    jours: dict[str, Any] = {c.JOURS_DEPUIS: 20, c.PRESCRIPTION: pd.Timestamp("2028-01-31").as_unit("s")}
    return hautes.assign(**jours).reset_index(drop=True)


def banque(relances: pd.DataFrame) -> pd.DataFrame:
    """Un encaissement par relance, dont un libellé piégé."""
    rapprochements = ("certain", "probable", "à voir", "déjà dans l'export")
    rangs: list[dict[str, object]] = [
        {
            c.DATE: REFERENCE, c.LIBELLE: f"=VIR {r.raison_sociale}", c.MONTANT: r.net, c.DEVISE: r.devise, c.CODE_CLIENT: r.code_client,
            c.RAISON_SOCIALE: r.raison_sociale, c.PIECES: "FA000012; FA000013", c.RAPPROCHEMENT: rapprochements[k % 4],
            c.EXPLICATION: "FA000012 et le montant",
        }
        for k, r in enumerate(_rangs(relances))
    ]  # fmt: skip
    return table(rangs, list(rangs[0])).astype({c.DATE: "datetime64[s]"})


def _bilan(relances: pd.DataFrame) -> dict[str, pd.DataFrame]:
    devises = list(dict.fromkeys(relances[c.DEVISE]))
    niveaux = [
        {"Devise": d, "Niveau": f"{n} – relance", "Relances": len(g), "Échéances": int(g[c.NB_ECHEANCES].sum()), "Retard": int(g[c.RETARD].sum())}
        for d in devises
        for n, g in relances[relances[c.DEVISE] == d].groupby(c.NIVEAU)
    ]  # fmt: skip
    premiers = relances.sort_values(c.RETARD, ascending=False).head(10)
    return {
        "balance": pd.DataFrame(
            [{"Devise": d, "Non échu": 4_500_000, "0-30 j": 3_200_000, "31-60 j": 2_100_000, "61-90 j": 900_000, "> 90 j": 1_350_000, "Encours": 12_050_000} for d in devises]
        ),
        "niveaux": pd.DataFrame(niveaux),
        "debiteurs": pd.DataFrame(
            {"Devise": premiers[c.DEVISE], "Code client": premiers[c.CODE_CLIENT], "Raison sociale": premiers[c.RAISON_SOCIALE], "Retard": premiers[c.RETARD], "> 90 j": premiers[c.RETARD] // 3}
        ),
    }  # fmt: skip
