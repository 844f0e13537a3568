"""La décision contre l'oracle : sur de petits mondes au hasard, le produit et le contrat lu lentement disent la même chose."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from mondes import Monde, mondes, rangs, tables
from oracle import Verdict, historique_de, juger, prescription

from relances_xl.decision.decider import Decision, decider
from relances_xl.domaine import tables as c


def dit_par_le_produit(decision: Decision) -> dict[str, Any]:
    lignes = rangs(decision.lignes)
    lettres = []
    for relance in rangs(decision.relances):
        numeros = sorted(ligne[c.LIGNE] for ligne in lignes if ligne[c.RELANCE] == relance[c.RELANCE])
        lettres.append((numeros, *(relance[nom] for nom in (
            c.CODE_CLIENT, c.DEVISE, c.NIVEAU, c.RETARD, c.CREDITS, c.NET, c.PENALITES, c.INDEMNITE, c.TOTAL_RECLAME, c.REEDITION,
            c.NB_ECHEANCES, c.PLUS_ANCIENNE, c.JOURS_RETARD, c.DERNIERE_RELANCE, c.DERNIER_NIVEAU,
            c.SEMESTRES_MANQUANTS, c.TOTAL_EXIGE, c.TOTAL_JOINT,
        ))))  # fmt: skip
    return {
        "motifs": {ligne[c.LIGNE]: ligne[c.MOTIF] for ligne in lignes},
        "niveaux": {ligne[c.LIGNE]: ligne[c.NIVEAU_PROPOSE] for ligne in lignes},
        "derniers": {ligne[c.LIGNE]: (ligne[c.DERNIER_NIVEAU], ligne[c.DERNIERE_RELANCE]) for ligne in lignes},
        "autres": {ligne[c.LIGNE] for ligne in lignes if ligne[c.AUTRE]},
        "prevenues": {ligne[c.LIGNE] for ligne in lignes if ligne[c.PREVENUE]},
        "rompus": {ligne[c.LIGNE] for ligne in lignes if ligne[c.ECHEANCIER_ROMPU]},
        "non_tenues": {
            ligne[c.LIGNE]: ligne[c.PROMESSE_NON_TENUE]
            for ligne in lignes
            if ligne[c.PROMESSE_NON_TENUE] and not ligne[c.CAUSE] and ligne[c.RESTE_DU]
        },
        "repoussees": {ligne[c.LIGNE]: ligne[c.ECHEANCE_JOURNAL] for ligne in lignes if ligne[c.ECHEANCE_JOURNAL]},
        "lettres": sorted(lettres, key=str),
    }


def dit_par_l_oracle(verdict: Verdict) -> dict[str, Any]:
    lettres = [
        (sorted(lettre.lignes), lettre.client, lettre.devise, lettre.niveau, lettre.retard, lettre.credits, lettre.net,
         lettre.penalites, lettre.indemnite, lettre.total, lettre.reedition, lettre.nb_echeances, lettre.plus_ancienne,
         lettre.jours_retard, lettre.derniere_relance, lettre.dernier_niveau, ", ".join(sorted(lettre.semestres_manquants)),
         lettre.exige, lettre.joint)
        for lettre in verdict.lettres
    ]  # fmt: skip
    return {
        "motifs": verdict.motifs,
        "niveaux": verdict.niveaux,
        "derniers": verdict.derniers,
        "autres": {numero for numero, motif in verdict.motifs.items() if motif in ("DELAI", "NIVEAU_MAX")},
        "prevenues": verdict.prevenues,
        "rompus": verdict.rompus,
        "non_tenues": verdict.non_tenues,
        "repoussees": verdict.repoussees,
        "lettres": sorted(lettres, key=str),
    }


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mondes)
def test_le_produit_decide_ce_que_le_contrat_dit(monde: Monde) -> None:
    echeances, fiches, parametres, journal = tables(monde)
    decision = decider(echeances, fiches, parametres, journal, "L")
    verdict = juger(rangs(echeances), rangs(fiches), parametres, rangs(journal), rangs(parametres.suivi))
    assert dit_par_le_produit(decision) == dit_par_l_oracle(verdict)
    prescrites = {ligne[c.LIGNE]: ligne[c.PRESCRIPTION] for ligne in rangs(decision.lignes) if ligne[c.NIVEAU_PROPOSE]}
    fiches_par_code = {fiche[c.CODE_CLIENT]: fiche for fiche in rangs(fiches)}
    lisibles = [ligne for ligne in rangs(echeances) if not ligne["cause"]]
    assert prescrites == {
        ligne["ligne"]: prescription(ligne, fiches_par_code, parametres, historique_de(ligne, lisibles, rangs(journal))[0])
        for ligne in lisibles
        if verdict.niveaux[ligne["ligne"]]
    }
