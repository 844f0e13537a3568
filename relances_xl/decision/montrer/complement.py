"""L'onglet « Complément » : ce qu'on veut savoir d'un client avant de décrocher le téléphone (contrat §6)."""

import pandas as pd

from relances_xl.decision import phrases
from relances_xl.decision.decider import Decision
from relances_xl.decision.lignes import COMPTE, chercher, comparables, fiche, numero_de_compte
from relances_xl.decision.montrer.age import BALANCE, balance_agee
from relances_xl.decision.montrer.effet import SOLDEE, suite_des_relances
from relances_xl.domaine import tables as c
from relances_xl.domaine.parametres import Parametres
from relances_xl.domaine.selection import cle_de_code

COLONNES = [
    "Code client", "Raison sociale", "Contact", "Téléphone", "Email", "Devise", "Encours", "Non échu", "0-30 j", "31-60 j",
    "61-90 j", "> 90 j", "Relances", "Dernière relance", "Dernier niveau", "Note",
    "Pièces ouvertes", "Relances passées", "Délai de paiement", "Retard moyen (j)", "Plus gros impayé",
]  # fmt: skip
"""Celles du contrat, puis cinq de plus : trois textes, des jours (pondérés par le reste dû), un montant."""

PIECES_MONTREES = 9


def complement(
    decision: Decision, clients: pd.DataFrame, journal: pd.DataFrame, parametres: Parametres, relances: pd.DataFrame | None = None
) -> pd.DataFrame:
    """COLONNES, une ligne par client listé et devise, triée par code ; montants en unités minimales.

    journal : les relances comptées des dernières campagnes ; relances : combien chaque compte en a reçu en tout, et quand la
    dernière (CODE_CLIENT comme les codes se comparent, DEVISE, NB_RELANCES, DATE) ; à défaut, le journal le dit. « Note » réunit la note de la fiche et le « Suivi », du plus récent au plus ancien.
    """
    lisibles = decision.lignes[decision.lignes[c.CAUSE] == ""]
    reference = pd.Timestamp(parametres.criteres.date_reference)
    comptes = decision.relances.sort_values(COMPTE).drop_duplicates(COMPTE).reset_index(drop=True)
    codes, cles = comptes[c.CODE_CLIENT], [comptes[nom] for nom in COMPTE]

    balance = balance_agee(lisibles, reference, COMPTE)
    passe = suite_des_relances(journal, lisibles)
    recues = (_recues(journal) if relances is None else relances).set_index(COMPTE)
    comparees = [codes.map(cle_de_code).astype("str"), comptes[c.DEVISE]]
    table = pd.DataFrame(
        {
            "Code client": codes,
            "Raison sociale": comptes[c.RAISON_SOCIALE],
            "Contact": fiche(codes, clients, c.CONTACT),
            "Téléphone": fiche(codes, clients, c.TELEPHONE),
            "Email": comptes[c.EMAIL],
            "Devise": comptes[c.DEVISE],
            **{libelle: chercher(balance[libelle], *cles) for libelle in BALANCE},
            "Relances": chercher(recues[c.NB_RELANCES], *comparees, defaut=0).astype("int64"),
            "Dernière relance": _dernieres_relances(lisibles, chercher(recues[c.DATE], *comparees), cles),
            "Dernier niveau": chercher(lisibles.groupby(COMPTE)[c.DERNIER_NIVEAU].max(), *cles),
            "Note": _notes(codes, clients, parametres.suivi),
            "Pièces ouvertes": _pieces_ouvertes(lisibles, cles),
            "Délai de paiement": _delais(codes, clients, parametres),
            **_retards(lisibles, cles),
            "Relances passées": _relances_passees(passe, lisibles, reference, cles),
        }
    )
    return table[COLONNES]


def _texte(serie: pd.Series) -> pd.Series:
    return serie.astype("str").fillna("")


def _recues(journal: pd.DataFrame) -> pd.DataFrame:
    """CODE_CLIENT (comme les codes se comparent), DEVISE, NB_RELANCES, DATE de la dernière."""
    comparees = journal.assign(**{c.CODE_CLIENT: journal[c.CODE_CLIENT].map(cle_de_code).astype("str")})
    return comparees.groupby(COMPTE, as_index=False).agg(**{c.NB_RELANCES: (c.RELANCE, "nunique"), c.DATE: (c.DATE, "max")})


def _dernieres_relances(lisibles: pd.DataFrame, au_journal: pd.Series, cles: list[pd.Series]) -> pd.Series:
    """La plus récente du journal ou, reprise de l'ancien logiciel, des échéances encore ouvertes."""
    des_lignes = chercher(lisibles.groupby(COMPTE)[c.DERNIERE_RELANCE].max(), *cles)
    return pd.concat([au_journal, des_lignes], axis=1).max(axis=1).astype("datetime64[s]")


def _delais(codes: pd.Series, clients: pd.DataFrame, parametres: Parametres) -> pd.Series:
    delai = fiche(codes, clients, c.DELAI_PAIEMENT)
    return delai.where(delai != "", str(parametres.criteres.delai_paiement))


def _retards(lisibles: pd.DataFrame, cles: list[pd.Series]) -> dict[str, pd.Series]:
    """Le retard moyen, pondéré par le reste dû, et la plus grosse échéance en retard."""
    en_retard = lisibles[(lisibles[c.JOURS_RETARD] > 0) & (lisibles[c.RESTE_DU] > 0)]
    restes = en_retard[c.RESTE_DU].groupby([en_retard[nom] for nom in COMPTE])
    ponderes = (en_retard[c.RESTE_DU] * en_retard[c.JOURS_RETARD]).groupby([en_retard[nom] for nom in COMPTE]).sum()
    return {
        "Retard moyen (j)": chercher(ponderes // restes.sum(), *cles, defaut=0),
        "Plus gros impayé": chercher(restes.max(), *cles, defaut=0),
    }


def _notes(codes: pd.Series, clients: pd.DataFrame, suivi: pd.DataFrame) -> pd.Series:
    """La note de la fiche, puis « 12/03/2026 Promesse jusqu'au 12/04/2026 (F1) : viré vendredi », une ligne par note."""
    note = fiche(codes, clients, c.NOTE)
    if suivi.empty:
        return note
    recentes = suivi.sort_values([c.DATE, c.PIECE], ascending=[False, True], kind="stable")
    textes = (
        phrases.si_present("", phrases.dates(recentes[c.DATE]), " ")
        + recentes[c.NATURE_SUIVI].astype("str")
        + phrases.si_present(" jusqu'au ", phrases.dates(recentes[c.JUSQUAU]))
        + phrases.si_present(" (", recentes[c.PIECE], ")")
        + phrases.si_present(" : ", recentes[c.COMMENTAIRE])
    )
    suivies = _texte(chercher(phrases.assembler(textes, comparables(recentes[c.CODE_CLIENT])), comparables(codes)))
    return note + phrases.si_present("\n", suivies).where(note != "", suivies)


def _pieces_ouvertes(lisibles: pd.DataFrame, cles: list[pd.Series]) -> pd.Series:
    """« FA-12 du 12/02/2026, 47 j : 1 234,56 € », une ligne par échéance, la plus ancienne d'abord, puis les crédits."""
    ouvertes = lisibles[(lisibles[c.RESTE_DU] != 0) & lisibles[c.CODE_CLIENT].isin(cles[0])]
    ouvertes = ouvertes.assign(_compte=numero_de_compte(ouvertes))
    ouvertes = ouvertes.sort_values([c.CREDIT, c.DATE_ECHEANCE, c.PIECE, c.RESTE_DU], kind="stable")
    rang = ouvertes.groupby("_compte").cumcount()
    montrees = ouvertes[rang < PIECES_MONTREES]
    retard = (", " + montrees[c.JOURS_RETARD].astype("str") + " j").where(montrees[c.JOURS_RETARD] > 0, "")
    textes = (
        montrees[c.PIECE] + phrases.si_present(" du ", phrases.dates(montrees[c.DATE_ECHEANCE])) + retard
        + " : " + phrases.montants(montrees[c.RESTE_DU], montrees[c.DEVISE])
    )  # fmt: skip
    jointes = phrases.assembler(textes, *(montrees[nom] for nom in COMPTE))
    nombres = ouvertes.groupby("_compte").agg(**{nom: (nom, "first") for nom in COMPTE}, nombre=(c.RESTE_DU, "size"))
    reste = nombres.set_index(COMPTE)["nombre"] - PIECES_MONTREES
    suite = ("\n… et " + phrases.pluriel(reste, "autre")).where(reste > 0, "")
    return _texte(chercher(jointes + suite.reindex(jointes.index), *cles))


def _relances_passees(passe: pd.DataFrame, lisibles: pd.DataFrame, reference: pd.Timestamp, cles: list[pd.Series]) -> pd.Series:
    """Celles du journal récent ; à défaut, ce qu'on sait de celles de ses échéances ouvertes (journal plus ancien, ou autre logiciel)."""
    du_journal = _du_journal(passe, reference)
    reprises = lisibles[(lisibles[c.DERNIER_NIVEAU] > 0) & lisibles[c.DERNIERE_RELANCE].notna() & ~lisibles[c.CREDIT]]
    groupes = reprises.drop_duplicates([*COMPTE, c.DERNIERE_RELANCE, c.DERNIER_NIVEAU])
    groupes = groupes.sort_values([c.DERNIERE_RELANCE, c.DERNIER_NIVEAU], ascending=False)
    textes = "niveau " + groupes[c.DERNIER_NIVEAU].astype("str") + " le " + phrases.dates(groupes[c.DERNIERE_RELANCE])
    vide = phrases.vides(cles[0])
    des_lignes = _texte(chercher(phrases.assembler(textes, *(groupes[nom] for nom in COMPTE)), *cles)) if len(groupes) else vide
    au_journal = _texte(chercher(du_journal, *cles)) if len(du_journal) else vide
    return au_journal.where(au_journal != "", des_lignes)


def _du_journal(passe: pd.DataFrame, reference: pd.Timestamp) -> pd.Series:
    """« niveau 1 le 12/02/2026 : 3 échéances, 2 soldées en 48 jours au plus », par compte, la dernière relance d'abord.

    L'export ne dit pas quand une pièce a été payée : seulement qu'elle l'a été depuis la relance.
    """
    if passe.empty:
        return pd.Series(dtype="str")
    relances = passe.groupby([*COMPTE, c.RELANCE], as_index=False).agg(
        **{c.DATE: (c.DATE, "max"), c.NIVEAU: (c.NIVEAU, "max"), c.NB_ECHEANCES: (SOLDEE, "size"), SOLDEE: (SOLDEE, "sum")}
    )
    relances = relances.sort_values([c.DATE, c.RELANCE], ascending=False)
    jours = phrases.jours((reference - relances[c.DATE]).dt.days.clip(lower=0))
    soldees = phrases.pluriel(relances[SOLDEE], "soldée") + " en " + jours + " au plus"
    textes = (
        "niveau " + relances[c.NIVEAU].astype("str") + " le " + phrases.dates(relances[c.DATE]) + " : "
        + phrases.pluriel(relances[c.NB_ECHEANCES], "échéance") + ", " + soldees.where(relances[SOLDEE] > 0, "aucune soldée")
    )  # fmt: skip
    return phrases.assembler(textes, *(relances[nom] for nom in COMPTE))
