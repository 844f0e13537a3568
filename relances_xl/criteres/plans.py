"""L'onglet « Niveaux » : les plans de relance, leurs niveaux et leur prévenance (contrat §2)."""

import re
from collections.abc import Mapping

from relances_xl.criteres import onglets as o
from relances_xl.criteres.saisies import Cellule, Releve, relever_tableau
from relances_xl.domaine.cellule import Illisible, lire_choix, lire_entier, lire_oui_ou_non, lire_texte
from relances_xl.domaine.ecrits.textes import cle
from relances_xl.domaine.feuilles import Valeur
from relances_xl.domaine.niveaux import PREVENANCE, STANDARD, Envoi, Niveau, Niveaux, Plans

DELAI_MAXIMUM = 3650
NIVEAU_MAXIMUM = 99


def lire_plan(valeur: Valeur, plans: Plans | None) -> str:
    """Le nom d'un plan connu ; tel quel si l'onglet « Niveaux » ne se lit pas."""
    texte = lire_texte(valeur)
    if plans is None:
        return texte
    plan = plans.nomme(texte)
    if not plan:
        raise Illisible(f"plan de relance « {texte} » inconnu", f"plans de l'onglet « {o.NIVEAUX} » : {', '.join(plans.noms)}")
    return plan


def lire_niveaux(releve: Releve) -> Plans | None:
    """Les plans et leurs niveaux, numérotés de 1 à n sans trou ; None s'ils ne tiennent pas debout (fautes notées)."""
    fautes = len(releve.fautes)
    noms: dict[str, str] = {cle(STANDARD): STANDARD}
    par_plan: dict[str, dict[int, Niveau]] = {STANDARD: {}}
    places: dict[tuple[str, int], str] = {}
    for ligne in relever_tableau(releve, o.TABLEAUX[o.NIVEAUX]):
        nom = releve.lire(ligne[o.PLAN], lire_texte, STANDARD)
        plan = noms.setdefault(cle(nom), nom)
        niveau = _lire_niveau(releve, ligne)
        if niveau is None:
            continue
        place = ligne[o.NIVEAU].place
        if (plan, niveau.numero) in places:
            deja = places[plan, niveau.numero]
            releve.noter(place, f"le niveau {niveau.numero} {_du_plan(plan)}est déjà en {deja}", "donnez à chaque niveau son numéro")
            continue
        places[plan, niveau.numero] = place
        par_plan.setdefault(plan, {})[niveau.numero] = niveau
    if len(releve.fautes) > fautes:
        return None
    if not par_plan[STANDARD]:
        releve.noter("A2", f"aucun niveau de relance{'' if len(par_plan) == 1 else ' au plan Standard'}", "décrivez au moins le niveau 1")
        return None
    for plan, niveaux in par_plan.items():
        numeros = sorted(numero for numero in niveaux if numero != PREVENANCE)
        for attendu, numero in enumerate(numeros or [2], start=1):
            if numero != attendu:
                place = places.get((plan, numero), places.get((plan, PREVENANCE), "A2"))
                avant = f" avant le niveau {numero}" if numeros else ""
                releve.noter(place, f"le niveau {attendu} {_du_plan(plan)}manque{avant}", "numérotez 1, 2, 3… sans trou")
                return None
    return Plans(
        tuple(
            Niveaux(tuple(niveaux[numero] for numero in sorted(niveaux) if numero != PREVENANCE), niveaux.get(PREVENANCE), plan)
            for plan, niveaux in par_plan.items()
        )
    )


def _du_plan(plan: str) -> str:
    return "" if plan == STANDARD else f"du plan « {plan} » "


def _lire_niveau(releve: Releve, ligne: Mapping[o.ColonneDeSaisie, Cellule]) -> Niveau | None:
    """Un niveau de l'onglet ; None s'il lui manque l'indispensable (faute notée). Une prévenance ne réclame rien."""
    numero = releve.exiger(ligne[o.NIVEAU], lambda v: lire_entier(v, PREVENANCE, NIVEAU_MAXIMUM), "le numéro du niveau")
    prevenance = numero == PREVENANCE
    bornes = (-DELAI_MAXIMUM, -1) if prevenance else (0, DELAI_MAXIMUM)
    delai = releve.exiger(ligne[o.DELAI], lambda v: lire_entier(v, *bornes), "le délai en jours")
    modele = releve.exiger(ligne[o.MODELE], _lire_modele, "le nom de la lettre type")
    libelle = releve.lire(ligne[o.LIBELLE], lire_texte, "Prévenance" if prevenance else f"Relance {numero}")
    penalites = releve.lire(ligne[o.PENALITES], lire_oui_ou_non, False)
    indemnite = releve.lire(ligne[o.INDEMNITE], lire_oui_ou_non, False)
    objet = releve.lire(ligne[o.OBJET], lire_texte, "")
    envoi = releve.lire(ligne[o.ENVOI], lambda v: lire_choix(v, Envoi), Envoi.LETTRE)
    if numero is None or delai is None or modele is None:
        return None
    return Niveau(numero, libelle, delai, modele, penalites and not prevenance, indemnite and not prevenance, objet, envoi)


def _lire_modele(valeur: Valeur) -> str:
    nom = lire_texte(valeur)
    if not nom.casefold().endswith(".docx") or re.search(r'[\\/:*?"<>|]', nom):
        raise Illisible(f"« {nom} » n'est pas un nom de lettre type", "écrivez le nom d'un fichier .docx du dossier « modeles »")
    return nom
