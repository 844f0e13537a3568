"""L'onglet « Complément » : ce qu'on veut savoir d'un client avant de décrocher le téléphone (contrat §6)."""

from datetime import date

import numpy as np
import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.decider import Decision
from relances_xl.decision.juger.suivi import JAMAIS
from relances_xl.decision.lignes import COMPTE, FichesTrouvees, comparables, ou, textes
from relances_xl.decision.montrer.age import BALANCE, balance_agee
from relances_xl.decision.montrer.effet import SOLDEE
from relances_xl.decision.par_groupe import Entiers, Groupement, Valeurs, designer, grouper, lire
from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import ecrire_date
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import cles_de_codes

COLONNES = [
    "Code client", "Raison sociale", "Contact", "Téléphone", "Email", "Devise", "Encours", "Non échu", "0-30 j", "31-60 j",
    "61-90 j", "> 90 j", "Relances", "Dernière relance", "Dernier niveau", "Note",
    "Pièces ouvertes", "Relances passées", "Délai de paiement", "Retard moyen (j)", "Plus gros impayé",
]  # fmt: skip
"""Celles du contrat, puis cinq de plus : trois textes, des jours (pondérés par le reste dû), un montant."""

PIECES_MONTREES = 9

_LUES = [
    *COMPTE, c.PIECE, c.CREDIT, c.CAUSE, c.DATE_CLE, c.DATE_ECHEANCE, c.RESTE_DU, c.JOURS_RETARD, c.DERNIER_NIVEAU, c.DERNIERE_RELANCE,
]  # fmt: skip


def complement(
    decision: Decision, clients: pd.DataFrame, journal: pd.DataFrame, parametres: Parametres, relances: pd.DataFrame | None = None
) -> pd.DataFrame:
    """COLONNES, une ligne par client listé et devise, triée par code ; montants en unités minimales.

    journal : les relances comptées des dernières campagnes, et leur suite (`suite_des_relances`) ; relances : combien chaque compte en a reçu en tout, et quand la
    dernière (CODE_CLIENT comme les codes se comparent, DEVISE, NB_RELANCES, DATE) ; à défaut, le journal le dit. « Note » réunit la note de la fiche et le « Suivi », du plus récent au plus ancien.
    """
    lignes = decision.lignes
    lisibles = lignes[_LUES].take(np.flatnonzero(lignes[c.CAUSE].to_numpy() == ""))
    reference = parametres.criteres.date_reference
    comptes = _comptes(decision.relances)
    codes, devises = (comptes[nom].to_numpy() for nom in COMPTE)
    places, groupes = designer([codes, devises], [lisibles[nom].to_numpy() for nom in COMPTE])
    assert (places >= 0).all(), "une relance n'a aucune ligne lisible"
    fiches = FichesTrouvees(codes, clients)
    balance = balance_agee(lisibles, reference, groupes)
    recues = _recues(journal) if relances is None else relances
    nombres, jours = _relances_recues(recues, codes, devises)
    des_lignes = groupes.derniere(lisibles[c.DERNIERE_RELANCE].to_numpy())[places]
    table = pd.DataFrame(
        {
            "Code client": textes(codes),
            "Raison sociale": comptes[c.RAISON_SOCIALE].array,
            "Contact": textes(fiches[c.CONTACT]),
            "Téléphone": textes(fiches[c.TELEPHONE]),
            "Email": comptes[c.EMAIL].array,
            "Devise": textes(devises),
            **{libelle: balance[libelle][places] for libelle in BALANCE},
            "Relances": nombres,
            "Dernière relance": np.fmax(jours, des_lignes),
            "Dernier niveau": groupes.plus_grand(lisibles[c.DERNIER_NIVEAU].to_numpy())[places],
            "Note": textes(_notes(comptes[c.CODE_CLIENT], fiches, parametres.suivi)),
            "Pièces ouvertes": textes(_pieces_ouvertes(lisibles, groupes, places)),
            "Délai de paiement": textes(ou(fiches[c.DELAI_PAIEMENT], str(parametres.criteres.delai_paiement))),
            **{libelle: valeurs[places] for libelle, valeurs in _retards(lisibles, groupes).items()},
            "Relances passées": textes(_relances_passees(journal, lisibles, reference, codes, devises)),
        }
    )
    return table[COLONNES]


def _comptes(relances: pd.DataFrame) -> pd.DataFrame:
    """Les comptes relancés, triés ; de chacun, sa première relance de la liste."""
    comptes = list(zip(relances[c.CODE_CLIENT].tolist(), relances[c.DEVISE].tolist(), strict=True))
    premieres = dict(zip(reversed(comptes), reversed(range(len(comptes))), strict=True))
    return relances[[*COMPTE, c.RAISON_SOCIALE, c.EMAIL]].take([premieres[compte] for compte in sorted(premieres)])


def _recues(journal: pd.DataFrame) -> pd.DataFrame:
    """CODE_CLIENT (comme les codes se comparent), DEVISE, NB_RELANCES, DATE de la dernière."""
    comparees = journal.assign(**{c.CODE_CLIENT: textes(comparables(journal[c.CODE_CLIENT]))})
    return comparees.groupby(COMPTE, as_index=False).agg(**{c.NB_RELANCES: (c.RELANCE, "nunique"), c.DATE: (c.DATE, "max")})


def _relances_recues(recues: pd.DataFrame, codes: Valeurs, devises: Valeurs) -> tuple[Entiers, Valeurs]:
    """Combien de relances chaque compte a reçues, et quand la dernière (NaT si aucune)."""
    if recues.empty:
        return np.zeros(len(codes), dtype=np.int64), np.full(len(codes), JAMAIS)
    comparees = np.array(cles_de_codes(codes.tolist()), dtype=object)
    places, groupes = designer([comparees, devises], [recues[nom].to_numpy() for nom in COMPTE])
    nombres = lire(groupes.somme(recues[c.NB_RELANCES].to_numpy()), places, 0)
    return nombres, lire(groupes.derniere(recues[c.DATE].to_numpy()), places, JAMAIS)


def _retards(lisibles: pd.DataFrame, comptes: Groupement) -> dict[str, Entiers]:
    """Le retard moyen, pondéré par le reste dû, et la plus grosse échéance en retard."""
    reste, retard = lisibles[c.RESTE_DU].to_numpy(), lisibles[c.JOURS_RETARD].to_numpy()
    en_retard = np.where((retard > 0) & (reste > 0), reste, 0)
    return {
        "Retard moyen (j)": comptes.somme(en_retard * retard) // comptes.somme(en_retard).clip(min=1),
        "Plus gros impayé": comptes.plus_grand(en_retard),
    }


def _notes(codes: pd.Series, fiches: FichesTrouvees, suivi: pd.DataFrame) -> Valeurs | list[str]:
    """La note de la fiche, puis « 12/03/2026 Promesse jusqu'au 12/04/2026 (F1) : viré vendredi », une ligne par note."""
    if suivi.empty:
        return fiches[c.NOTE]
    recentes = suivi.sort_values([c.DATE, c.PIECE], ascending=[False, True], kind="stable")
    dates, jusquau = phrases.dates(recentes[c.DATE].to_numpy()), phrases.dates(recentes[c.JUSQUAU].to_numpy())
    dites = [
        phrases.si_present("", jour, " ") + nature + phrases.si_present(" jusqu'au ", fin)
        + phrases.si_present(" (", piece, ")") + phrases.si_present(" : ", commentaire)
        for jour, nature, fin, piece, commentaire in zip(
            dates, recentes[c.NATURE_SUIVI].astype("str"), jusquau, recentes[c.PIECE], recentes[c.COMMENTAIRE], strict=True
        )
    ]  # fmt: skip
    suivies = phrases.assembler(comparables(recentes[c.CODE_CLIENT]), dites)
    return ["\n".join(filter(None, (note, suivies.get(code, "")))) for note, code in zip(fiches[c.NOTE], comparables(codes), strict=True)]


def _pieces_ouvertes(lisibles: pd.DataFrame, comptes: Groupement, places: Entiers) -> list[str]:
    """« FA-12 du 12/02/2026, 47 j : 1 234,56 € », une ligne par échéance, la plus ancienne d'abord, puis les crédits."""
    montre = np.zeros(len(comptes), dtype=bool)
    montre[places] = True
    ouvertes = np.flatnonzero((lisibles[c.RESTE_DU].to_numpy() != 0) & montre[comptes.numeros])
    compte = comptes.numeros[ouvertes]
    credit, jour, piece, reste, retard, devise = (
        lisibles[nom].to_numpy()[ouvertes] for nom in (c.CREDIT, c.DATE_ECHEANCE, c.PIECE, c.RESTE_DU, c.JOURS_RETARD, c.DEVISE)
    )
    jours = np.where(np.isnat(jour), np.iinfo(np.int64).max, jour.view(np.int64))  # sans date : après les autres
    cles = list(zip(*(colonne.tolist() for colonne in (compte, credit, jours, piece, reste)), strict=True))
    ordre = np.array(sorted(range(len(cles)), key=cles.__getitem__), dtype=np.int64)
    montrees = ordre[Groupement(compte[ordre]).cumul(np.ones(len(ordre), dtype=np.int64)) <= PIECES_MONTREES]
    dites = [
        f"{nom}{f' du {le}' if le else ''}{f', {age} j' if age > 0 else ''} : {montant}"
        for nom, le, age, montant in zip(
            piece[montrees].tolist(), phrases.dates(jour[montrees]), retard[montrees].tolist(),
            phrases.montants(reste[montrees], devise[montrees]), strict=True
        )
    ]  # fmt: skip
    nombres = np.bincount(compte, minlength=len(comptes))
    fins = np.cumsum(nombres.clip(max=PIECES_MONTREES))
    suites = [f"\n… et {phrases.pluriel(reste, 'autre')}" if reste > 0 else "" for reste in (nombres - PIECES_MONTREES)[places].tolist()]
    bornes = zip((fins - nombres.clip(max=PIECES_MONTREES))[places].tolist(), fins[places].tolist(), suites, strict=True)
    return ["\n".join(dites[debut:fin]) + suite for debut, fin, suite in bornes]


def _relances_passees(passe: pd.DataFrame, lisibles: pd.DataFrame, reference: date, codes: Valeurs, devises: Valeurs) -> list[str]:
    """Celles du journal récent ; à défaut, ce qu'on sait de celles de ses échéances ouvertes (journal plus ancien, ou autre logiciel)."""
    du_journal = _du_journal(passe, reference)
    faite, niveau = lisibles[c.DERNIERE_RELANCE].to_numpy(), lisibles[c.DERNIER_NIVEAU].to_numpy()
    reprises = (niveau > 0) & ~np.isnat(faite) & ~lisibles[c.CREDIT].to_numpy()
    comptes = (lisibles[nom].to_numpy()[reprises].tolist() for nom in COMPTE)
    jours = faite[reprises].astype("datetime64[D]").tolist()
    connues = sorted(set(zip(jours, niveau[reprises].tolist(), *comptes, strict=True)), reverse=True)
    des_lignes = phrases.assembler(
        [tuple(compte) for _, _, *compte in connues], [f"niveau {degre} le {ecrire_date(jour)}" for jour, degre, *_ in connues]
    )
    return [du_journal.get(compte) or des_lignes.get(compte, "") for compte in zip(codes.tolist(), devises.tolist(), strict=True)]


def _du_journal(passe: pd.DataFrame, reference: date) -> dict[object, str]:
    """« niveau 1 le 12/02/2026 : 3 échéances, 2 soldées en 48 jours au plus », par compte, la dernière relance d'abord.

    L'export ne dit pas quand une pièce a été payée : seulement qu'elle l'a été depuis la relance.
    """
    if passe.empty:
        return {}
    code, devise, nom = (passe[champ].to_numpy() for champ in (*COMPTE, c.RELANCE))
    relances = grouper(code, devise, nom)
    jours = relances.derniere(passe[c.DATE].to_numpy()).astype("datetime64[D]")
    rangs = sorted(
        zip(
            jours.tolist(), nom[relances.premieres], code[relances.premieres], devise[relances.premieres],
            relances.plus_grand(passe[c.NIVEAU].to_numpy()).tolist(), relances.nombres.tolist(),
            relances.somme(passe[SOLDEE].to_numpy()).tolist(), strict=True
        ),
        reverse=True,
    )  # fmt: skip
    ecrits = dict(zip(jours.tolist(), phrases.dates(jours), strict=True))
    depuis = {jour: f" en {phrases.jours(max(0, (reference - jour).days))} au plus" for jour in ecrits}
    dites = [
        f"niveau {niveau} le {ecrits[jour]} : {phrases.pluriel(nombre, 'échéance')}, "
        + (f"{phrases.pluriel(soldees, 'soldée')}{depuis[jour]}" if soldees else "aucune soldée")
        for jour, _, _, _, niveau, nombre, soldees in rangs
    ]
    return phrases.assembler([(code, devise) for _, _, code, devise, *_ in rangs], dites)
