"""Les valeurs que les champs de fusion reçoivent : des tables de la décision à un dictionnaire par lettre.

Un montant est un `Montant`, une date une `date`, un nombre un `int`, une image des octets, le reste du texte ;
ce qui manque est "" (un `{% if %}` le tient pour faux).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.montants import ESPACE, Montant
from relances_xl.domaine.erreurs import refuser_si
from relances_xl.domaine.niveaux import Plans
from relances_xl.domaine.parametres import Parametres
from relances_xl.lettres.catalogue import CATALOGUE, LISTES
from relances_xl.lettres.compile.gabarit.texte_a_champs import Texte, compiler_texte
from relances_xl.lettres.donnees.fiches import Fiches, champs_emetteur
from relances_xl.lettres.donnees.niveaux_meles import des_niveaux, partager
from relances_xl.lettres.donnees.qr import motif_virement, qr_paiement, recoit_des_virements
from relances_xl.lettres.donnees.rangees import Lignes, Valeurs, montant_ou_rien, rangees

_DE_RELANCE = (c.RELANCE, c.DEVISE, c.NIVEAU, c.NB_ECHEANCES, c.PLUS_ANCIENNE, c.JOURS_RETARD, c.DERNIERE_RELANCE)
_MONTANTS_DE_RELANCE = (c.RETARD, c.CREDITS, c.NET, c.PENALITES, c.INDEMNITE, c.TOTAL_RECLAME)


def _vides() -> Valeurs:
    """Tous les champs du catalogue, vides : un champ qui n'a pas de sens dans un document n'y imprime rien."""
    vides: Valeurs = {}
    groupes: dict[str, dict[str, str]] = defaultdict(dict)
    for nom in CATALOGUE:
        prefixe, _, reste = nom.partition(".")
        if not reste:
            vides[nom] = ""
        elif prefixe not in LISTES:
            groupes[prefixe][reste] = ""
    return vides | groupes | {liste: [] for listes in LISTES.values() for liste in listes}


_VIDES = _vides()


def valeurs_des_relances(
    relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres, *, avec_qr: bool = True
) -> Iterator[tuple[str, Valeurs]]:
    """L'identifiant de chaque relance, dans l'ordre de la table, et les valeurs de sa lettre.

    relances, lignes : les tables de la décision ; clients : une ligne par code, peut manquer de clients (le nom vient
    alors des relances). avec_qr : faux pour s'épargner une image que le modèle n'emploie pas.
    """
    communs, objets = _entete(parametres, champs_emetteur(parametres.emetteur)), compiler_objets(parametres.plans)
    avec_qr = avec_qr and recoit_des_virements(parametres.emetteur)
    fiches = Fiches(clients, parametres)
    lignes = lignes[(lignes[c.RELANCE] != "") | lignes[c.AUTRE]]
    tableau = Lignes(lignes)
    sur_lettre = tableau.groupes(lignes[c.RELANCE] != "", c.RELANCE)
    autres = tableau.groupes(lignes[c.AUTRE] & (lignes[c.RELANCE] == ""), c.CODE_CLIENT, c.DEVISE)
    credit = lignes[c.CREDIT].tolist()
    for relance in rangees(relances):
        identifiant, devise, code = str(relance[c.RELANCE]), str(relance[c.DEVISE]), str(relance[c.CODE_CLIENT])
        lesquelles = sur_lettre.get((identifiant,), [])
        reclamees = [i for i in lesquelles if not credit[i]]
        numero = relance[c.NIVEAU]
        assert isinstance(numero, int)
        exigees, jointes = partager(tableau, reclamees, numero)
        rangs = {i: tableau.ligne(i) for i in reclamees}
        informations = [tableau.ligne(i) for i in autres.get((code, devise), [])]
        valeurs = communs | _de_la_lettre(relance, parametres)
        valeurs |= {
            "client": fiches.fiche(code, str(relance[c.RAISON_SOCIALE])),
            "echeances": list(rangs.values()),
            "exigees": [rangs[i] for i in exigees],
            "jointes": [rangs[i] for i in jointes],
            "credits": [tableau.ligne(i) | {c.JOURS_RETARD: ""} for i in lesquelles if credit[i]],
            "autres": informations,
            "total_autre": _somme(informations, devise),
            **des_niveaux(tableau, relance, exigees, jointes),
        }
        reclame = valeurs["total_reclame"]
        image = None
        if avec_qr and isinstance(reclame, Montant):
            motif = motif_virement(code, (tableau.pieces[i] for i in reclamees))
            image = qr_paiement(parametres.emetteur, reclame, motif)
        valeurs["qr_paiement"] = image or ""
        reclame_au = numero if valeurs["total_exige"] or not jointes else max(tableau.niveaux[i] for i in jointes)
        plan = str(relance[c.PLAN])
        valeurs["objet"] = objets.get((plan, reclame_au), objets[plan, numero]).rendre(valeurs)
        yield identifiant, valeurs


def valeurs_des_releves(
    relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres
) -> Iterator[tuple[str, Valeurs]]:
    """L'identifiant de chaque relance, dans l'ordre de la table, et les valeurs du relevé de compte qui la suit.

    Le relevé montre toutes les pièces ouvertes du client, échues ou non, puis ses crédits ; une somme par devise, où
    encours = non échu + tranches − crédits.
    """
    fiches = Fiches(clients, parametres)
    emetteur = champs_emetteur(parametres.emetteur)
    tableau = Lignes(lignes)
    retard = tableau.retard(parametres.criteres.date_reference)
    comptes: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (code, devise), positions in sorted(tableau.groupes(_ouvertes(lignes), c.CODE_CLIENT, c.DEVISE).items()):
        comptes[code][devise] = positions
    for relance in rangees(relances):
        code = str(relance[c.CODE_CLIENT])
        compte = comptes.get(code, {})
        pieces = [
            (tableau.restes[i], {**tableau.ligne(i), c.JOURS_RETARD: retard[i] if retard[i] > 0 and tableau.restes[i] > 0 else ""})
            for positions in compte.values()
            for i in positions
        ]
        valeurs = _entete(parametres, emetteur) | _de_la_lettre(relance, parametres)
        valeurs |= {
            "client": fiches.fiche(code, str(relance[c.RAISON_SOCIALE])),
            "echeances": [piece for reste, piece in pieces if reste > 0],
            "credits": [piece for reste, piece in pieces if reste < 0],
            "sommes": [_balance(devise, [(retard[i], tableau.restes[i]) for i in positions]) for devise, positions in compte.items()],
        }
        yield str(relance[c.RELANCE]), valeurs


@lru_cache(maxsize=4)
def compiler_objets(plans: Plans, fichier: str = "criteres.xlsx") -> dict[tuple[str, int], Texte]:
    """(plan, niveau) → son objet, prêt à recevoir les valeurs d'une lettre. Lève `ErreurUtilisateur` (champ inconnu…)."""
    compiles = {
        (niveaux.plan, niveau.numero): compiler_texte(niveau.objet, fichier, onglet="Niveaux", cellule=f"objet du niveau {niveau.numero}")
        for niveaux in plans
        for niveau in niveaux.tous
    }
    refuser_si(faute for _, fautes in compiles.values() for faute in fautes)
    return {place: texte for place, (texte, _) in compiles.items() if texte}


def valeurs_liste(relances: pd.DataFrame, lignes: pd.DataFrame, clients: pd.DataFrame, parametres: Parametres) -> Valeurs:
    """L'état « Liste clients » : une ligne par relance, les totaux par devise, et les échéances si « Détaillé »."""
    fiches = Fiches(clients, parametres)
    inscrites: list[Valeurs] = []
    for relance in rangees(relances):
        devise = str(relance[c.DEVISE])
        fiche = fiches.fiche(str(relance[c.CODE_CLIENT]), str(relance[c.RAISON_SOCIALE]))
        rangee: Valeurs = {nom: relance[nom] for nom in _DE_RELANCE}
        rangee |= {nom: montant_ou_rien(relance[nom], devise) for nom in _MONTANTS_DE_RELANCE}
        rangee |= {nom: fiche[nom] for nom in (c.CODE_CLIENT, c.RAISON_SOCIALE, c.TELEPHONE)}
        inscrites.append(rangee)
    return _entete(parametres, champs_emetteur(parametres.emetteur)) | {
        "detaille": "Oui" if parametres.criteres.detaille else "",
        "lignes": inscrites,
        "sommes": [_total_liste(devise, groupe) for devise, groupe in relances.groupby(c.DEVISE, sort=True)],
        "echeances": _detail(relances, lignes) if parametres.criteres.detaille else [],
        "credits": [],
    }


def _entete(parametres: Parametres, emetteur: Valeurs) -> Valeurs:
    criteres = parametres.criteres
    return _VIDES | {"emetteur": emetteur, "date_lettre": criteres.date_edition, "date_reference": criteres.date_reference}


def _de_la_lettre(relance: Valeurs, parametres: Parametres) -> Valeurs:
    devise = str(relance[c.DEVISE])
    numero = relance[c.NIVEAU]
    assert isinstance(numero, int)
    niveau = parametres.plans[str(relance[c.PLAN])][numero]
    return {
        "relance": relance[c.RELANCE],
        "niveau": numero,
        "libelle_niveau": niveau.libelle,
        "envoi": str(niveau.envoi),
        "message": relance[c.MESSAGE],
        "devise": devise,
        "nombre_echeances": relance[c.NB_ECHEANCES],
        "plus_ancienne": relance[c.PLUS_ANCIENNE],
        "jours_retard": relance[c.JOURS_RETARD],
        "derniere_relance": relance[c.DERNIERE_RELANCE],
        "promesse_non_tenue": relance.get(c.PROMESSE_NON_TENUE, ""),
        "taux_penalites": str(relance[c.TAUX]).replace(" %", f"{ESPACE}%"),
        "total_retard": montant_ou_rien(relance[c.RETARD], devise),
        "total_credits": montant_ou_rien(relance[c.CREDITS], devise),
        "total_du": montant_ou_rien(relance[c.NET], devise),
        "penalites": montant_ou_rien(relance[c.PENALITES], devise),
        "indemnite": montant_ou_rien(relance[c.INDEMNITE], devise),
        "total_reclame": montant_ou_rien(relance[c.TOTAL_RECLAME], devise),
    }


def _ouvertes(lignes: pd.DataFrame) -> "pd.Series[bool]":
    return (lignes[c.CAUSE] == "") & (lignes[c.RESTE_DU] != 0)


def _somme(lignes: Iterable[Valeurs], devise: str) -> Montant:
    montants = (ligne[c.RESTE_DU] for ligne in lignes)
    return Montant(sum(montant.unites for montant in montants if isinstance(montant, Montant)), devise)


def _balance(devise: str, pieces: Sequence[tuple[int, int]]) -> Valeurs:
    """Les totaux d'un relevé dans une devise ; pieces : jours de retard (≤ 0 : non échue) et reste dû."""

    def entre(minimum: float, maximum: float) -> Montant:
        return Montant(sum(reste for jours, reste in pieces if reste > 0 and minimum <= jours <= maximum), devise)

    infini = float("inf")
    return {
        "devise": devise,
        "nombre": len(pieces),
        "encours": Montant(sum(reste for _, reste in pieces), devise),
        "non_echu": entre(-infini, 0),
        "jours_0_30": entre(1, 30),
        "jours_31_60": entre(31, 60),
        "jours_61_90": entre(61, 90),
        "plus_de_90": entre(91, infini),
        "credits": Montant(-sum(reste for _, reste in pieces if reste < 0), devise),
    }


def _total_liste(devise: object, groupe: pd.DataFrame) -> Valeurs:
    total: Valeurs = {"devise": devise, "nombre": len(groupe)}
    for nom in (c.RETARD, c.CREDITS, c.NET, c.TOTAL_RECLAME):
        total[nom] = Montant(int(groupe[nom].sum()), str(devise))
    return total


def _detail(relances: pd.DataFrame, lignes: pd.DataFrame) -> list[Valeurs]:
    """Les échéances et les crédits de chaque relance, dans l'ordre de la liste."""
    tableau = Lignes(lignes)
    groupes = tableau.groupes(lignes[c.RELANCE] != "", c.RELANCE)
    return [
        {**tableau.ligne(i), c.RAISON_SOCIALE: nom}
        for identifiant, nom in zip(relances[c.RELANCE].tolist(), relances[c.RAISON_SOCIALE].tolist(), strict=True)
        for i in groupes.get((identifiant,), [])
    ]
