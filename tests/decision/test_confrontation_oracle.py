"""La revérification contre l'oracle : une liste au hasard, une revue retouchée, un export qui a vécu (contrat §6, étape 1)."""

from dataclasses import replace
from typing import Any

import fabrique as f
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mondes import PIECES, Monde, avant, mondes, rangs, tables
from oracle import confronter as selon_le_contrat
from oracle import ecrire_lettre, indemnites, juger

from relances_xl.decision.chiffrer.composer import composer
from relances_xl.decision.decider import Decision, decider, trancher
from relances_xl.decision.reverifier.confrontation import confronter
from relances_xl.domaine import tables as c
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import Parametres

DETAIL = [
    c.RELANCE, c.CODE_CLIENT, c.PIECE, c.DATE_PIECE, c.DATE_ECHEANCE, c.DEVISE, c.RESTE_DU, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE,
    c.NIVEAU_PROPOSE,
]  # fmt: skip
EXCLUSIONS = [c.CODE_CLIENT, c.PIECE, c.DATE_ECHEANCE, c.RESTE_DU, c.DEVISE, c.MOTIF]

CHANGEMENTS: tuple[dict[str, Any], ...] = (
    {"reste_du": 0}, {"reste_du": 77}, {"reste_du": -77}, {"litige": True}, {"exclure": True}, {"promesse": avant(-20)},
    {"module": "Comptoir"}, {"cause": "DATE_ILLISIBLE"}, {"niveau_relance": 2, "date_relance": avant(14)}, {"date_echeance": avant(89)},
    {"disparue": True}, {"relancee": 1}, {"relancee": 2},
)  # fmt: skip
vies = st.fixed_dictionaries(
    {
        "changements": st.lists(st.tuples(st.integers(0, 11), st.sampled_from(CHANGEMENTS)), max_size=3),
        "nouvelles": st.lists(
            st.fixed_dictionaries(
                {
                    "code_client": st.sampled_from(["C1", "C2"]),
                    "piece": st.sampled_from([*PIECES, "N1"]),
                    "date_echeance": st.sampled_from([avant(1), avant(30)]),
                    "reste_du": st.sampled_from([40, 100, 100, -15]),
                }
            ),
            max_size=1,
        ),
        "decochees": st.sets(st.integers(0, 11), max_size=2),
        "supprimees": st.sets(st.integers(0, 11), max_size=1),
        "imposes": st.dictionaries(st.integers(0, 2), st.integers(1, 3), max_size=1),
        "non_approuvees": st.sets(st.integers(1, 4), max_size=1),
        "deja_produites": st.sets(st.integers(2, 4), max_size=1),
    }
)


def vecu(monde: Monde, vie: dict[str, Any]) -> tuple[Monde, list[dict[str, Any]]]:
    """Le monde après la liste, et ce que d'autres listes ont relancé entre-temps."""
    lignes: list[dict[str, Any] | None] = [dict(rang) for rang in monde["lignes"]]
    ailleurs = []
    for rang, changement in vie["changements"]:
        ligne = lignes[rang % len(lignes)]
        if ligne is None:
            continue
        if "disparue" in changement:
            lignes[rang % len(lignes)] = None
        elif "relancee" in changement:
            visee = {
                "code_client": ligne["code_client"],
                "piece": ligne["piece"],
                "date_cle": ligne.get("date_cle", ligne["date_echeance"]),
            }
            ailleurs.append(visee | {"relance": "ailleurs", "niveau": changement["relancee"], "date": avant(1)})
        else:
            ligne.update(changement)
    gardees = [ligne for ligne in lignes if ligne is not None]
    return monde | {"lignes": gardees + vie["nouvelles"]}, ailleurs


def revue(decision: Decision, vie: dict[str, Any], plans: Plans) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """La revue relue : relances, détail, crédits des exclusions ; et les niveaux imposés, que le plan du client connaît (les autres sont refusés avant)."""
    detail = decision.lignes.loc[decision.lignes[c.RELANCE] != "", DETAIL].reset_index(drop=True)
    detail = detail.assign(retenir=[rang not in vie["decochees"] for rang in range(len(detail))])
    detail = detail[~detail.index.isin(vie["supprimees"]) | (detail[c.RESTE_DU] < 0)]
    exclusions = decision.lignes.loc[(decision.lignes[c.MOTIF] != "") & decision.lignes[c.CREDIT], EXCLUSIONS]
    relances = decision.relances[[c.RELANCE, c.CODE_CLIENT, c.DEVISE, c.NIVEAU, c.CREDITS]]
    hauts = dict(enumerate(zip(relances[c.RELANCE], [plans[plan].plus_haut for plan in decision.relances[c.PLAN]], strict=True)))
    imposes = {hauts[rang][0]: min(niveau, hauts[rang][1]) for rang, niveau in vie["imposes"].items() if rang in hauts}
    niveau = relances[c.RELANCE].map(imposes).fillna(relances[c.NIVEAU]).astype("int64")
    modifie = relances[c.RELANCE].isin(list(imposes))
    changees: dict[str, Any] = {c.NIVEAU: niveau, "niveau_modifie": modifie}
    return relances.assign(**changees), detail, exclusions, imposes


def sans_selection(parametres: Parametres) -> Parametres:
    return replace(parametres, clients_coches=(), criteres=replace(parametres.criteres, codes_clients=()))


def produire_et_dire(monde: Monde, vie: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ce que le produit, puis l'oracle, disent de la même revue devant les mêmes exports."""
    echeances, fiches, parametres, journal = tables(monde)
    liste = decider(echeances, fiches, parametres, journal, "L")
    relances, detail, exclusions, imposes = revue(liste, vie, parametres.plans)
    noms = list(relances[c.RELANCE])
    faites = {nom for rang, nom in enumerate(noms) if rang in vie["deja_produites"]}
    a_produire = [nom for rang, nom in enumerate(noms) if rang not in vie["non_approuvees"] and nom not in faites]

    nouveau, ailleurs = vecu(monde, vie)
    export = f.echeances(*nouveau["lignes"])
    notre = [
        {nom: rang[nom] for nom in (c.RELANCE, c.CODE_CLIENT, c.PIECE)} | {"niveau": rang[c.NIVEAU_PROPOSE], "date": f.REFERENCE, "date_cle": rang[c.DATE_CLE]}
        for rang in rangs(liste.lignes)
        if rang[c.RELANCE] in faites and not rang[c.CREDIT]
    ]  # fmt: skip
    avant_la_liste = journal if len(journal) else f.journal()
    journal_d_ailleurs = pd.concat([avant_la_liste, f.journal(*ailleurs)]) if ailleurs else avant_la_liste
    journal_entier = pd.concat([journal_d_ailleurs, f.journal(*notre)]) if notre else journal_d_ailleurs

    entiers = sans_selection(parametres)
    fraiches = trancher(export, fiches, entiers, journal_entier)
    du_produit = confronter(relances, detail, exclusions, a_produire, fraiches, journal_entier, parametres.plans)
    lettres = composer(du_produit.lignes, fiches, parametres)[1]
    lignes = rangs(du_produit.lignes)
    produit = {
        "partent": sorted((r[c.RELANCE], r[c.NIVEAU_PROPOSE], r[c.CODE_CLIENT], r[c.PIECE], str(r[c.DATE_ECHEANCE]), r[c.RESTE_DU]) for r in lignes if r[c.RELANCE]),
        "ecartees": sorted((r[c.RELANCE], r[c.PIECE], str(r[c.DATE_ECHEANCE]), r[c.MOTIF]) for r in rangs(du_produit.ecartees)),
        "relances_ecartees": {r[c.RELANCE]: r[c.MOTIF] for r in rangs(du_produit.relances_ecartees)},
        "lettres": sorted(tuple(r[nom] for nom in (c.RELANCE, c.NIVEAU, c.RETARD, c.CREDITS, c.NET, c.PENALITES, c.INDEMNITE, c.TOTAL_RECLAME, c.REEDITION)) for r in rangs(lettres)),
    }  # fmt: skip

    du_jour = rangs(export)
    frais = juger(du_jour, rangs(fiches), entiers, rangs(journal_entier), rangs(parametres.suivi))
    # ce que la liste elle-même a produit n'est pas une relance « depuis »
    frais.derniers = juger(du_jour, rangs(fiches), entiers, rangs(journal_d_ailleurs), rangs(parametres.suivi)).derniers
    contrat = selon_le_contrat(rangs(detail), rangs(exclusions), imposes, a_produire, du_jour, frais)
    frais.niveaux = {ligne["ligne"]: niveau for ligne, _, niveau in contrat.partent}
    par_nom = {fiche[c.CODE_CLIENT]: fiche for fiche in rangs(fiches)}
    ecrites = {}
    for nom in dict.fromkeys(relance for _, relance, _ in contrat.partent):
        ecrites[nom] = ecrire_lettre([ligne for ligne, relance, _ in contrat.partent if relance == nom], frais, par_nom, parametres)
    frais.lettres = list(ecrites.values())
    indemnites(frais, du_jour, par_nom, parametres)
    oracle = {
        "partent": sorted((relance, niveau, r[c.CODE_CLIENT], r[c.PIECE], str(r[c.DATE_ECHEANCE]), r[c.RESTE_DU]) for r, relance, niveau in contrat.partent),
        "ecartees": sorted((r[c.RELANCE], r[c.PIECE], str(r[c.DATE_ECHEANCE]), motif) for r, motif in contrat.ecartees),
        "relances_ecartees": contrat.relances_ecartees,
        "lettres": sorted((nom, x.niveau, x.retard, x.credits, x.net, x.penalites, x.indemnite, x.total, x.reedition) for nom, x in ecrites.items()),
    }  # fmt: skip
    return produit, oracle


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mondes, vies)
def test_la_production_ecarte_et_laisse_partir_ce_que_le_contrat_dit(monde: Monde, vie: dict[str, Any]) -> None:
    produit, oracle = produire_et_dire(monde, vie)
    assert produit == oracle
