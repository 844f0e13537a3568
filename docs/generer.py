"""Remplit les tables du guide d'après le code : critères, commandes, champs, colonnes reconnues, taux.

`python docs/generer.py` réécrit, dans chaque page, ce qui est entre `<!-- NOM -->` et `<!-- /NOM -->` ; le reste est
écrit à la main. `tests/maison/test_docs.py` refuse une page qui n'est pas à jour.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import click

from relances_xl.criteres import onglets
from relances_xl.domaine import taux
from relances_xl.domaine.criteres import CRITERES, Critere, Genre
from relances_xl.domaine.niveaux import LIVRES
from relances_xl.domaine.tables import CHAMPS_CLIENT, CHAMPS_ECHEANCE, Champ
from relances_xl.ecran.cli import principal
from relances_xl.entrees.colonnes.logiciels import EXPORTS, MENUS, MENUS_LUS, Export
from relances_xl.entrees.colonnes.synonymes import PAR_FICHIER
from relances_xl.lettres.catalogue import CATALOGUE, TypeChamp
from relances_xl.lettres.compile.refus import CONSTRUCTIONS

PAGES = Path(__file__).parent
_MARQUES = re.compile(r"(?P<debut><!-- (?P<nom>[^/>][^>]*?) -->\n).*?(?P<fin><!-- /(?P=nom) -->)", re.DOTALL)

_VALEURS = {
    Genre.TEXTE: "un texte",
    Genre.LISTE: "un ou plusieurs textes, séparés par « ; » ou un retour à la ligne",
    Genre.MODES: "« Tout », un ou plusieurs modes séparés par « ; », ou « Tout sauf » suivi de modes",
    Genre.DATE: "une date",
    Genre.MONTANT: "un montant, zéro ou plus",
    Genre.NIVEAU: "le numéro d'un niveau de l'onglet « Niveaux »",
    Genre.DELAI: "un délai de paiement",
    Genre.POURCENTAGE: "un pourcentage annuel",
}


def regenerer(page: str) -> str:
    """La page, chaque section générée remise à jour. Lève `KeyError` pour une marque inconnue."""
    return _MARQUES.sub(lambda m: f"{m['debut']}\n{SECTIONS[m['nom']]().strip()}\n\n{m['fin']}", page)


def sections_de(page: str) -> list[str]:
    """Les noms des sections générées d'une page, dans l'ordre."""
    return [trouve["nom"] for trouve in _MARQUES.finditer(page)]


def tableau(entetes: Iterable[str], lignes: Iterable[Iterable[str]]) -> str:
    """Un tableau Markdown ; une barre dans une cellule y reste une barre."""
    titres = list(entetes)
    rangs = [titres, ["---"] * len(titres), *lignes]
    return "\n".join("| " + " | ".join(texte.replace("|", "\\|").replace("\n", " / ") for texte in rang) + " |" for rang in rangs)


def _code(texte: str) -> str:
    return f"`{texte}`" if texte else ""


def _critere(critere: Critere) -> str:
    """Les faits d'un critère : ce que sa cellule accepte, ce qu'elle contient à la livraison."""
    valeurs = " / ".join(critere.choix) or _VALEURS[critere.genre]
    defaut = critere.defaut or "vide"
    vide = " (la cellule peut rester vide)" if critere.facultatif and critere.defaut else ""
    return f"{critere.aide}\n\n- **Valeurs** : {valeurs}{vide}\n- **Par défaut** : {defaut}"


def _tous_les_criteres() -> str:
    lignes = (
        (
            f"[{critere.libelle}](#{ancre(critere.libelle)})",
            " / ".join(critere.choix) or _VALEURS[critere.genre],
            critere.defaut or "vide",
        )
        for critere in CRITERES
    )
    return tableau(("Critère", "Valeurs", "Par défaut"), lignes)


def ancre(titre: str) -> str:
    """L'ancre d'un titre, la même sur le site et sur la forge : minuscules, accents gardés, espaces en tirets."""
    return re.sub(r"[^\w\- ]", "", titre.strip().lower()).replace(" ", "-")


def _commande(nom: str) -> str:
    """L'usage, les arguments et les options d'une commande, tels que `--aide` les dit."""
    commande = principal.commands[nom]
    contexte = click.Context(commande, info_name=f"relances-xl {nom}")
    usage = " ".join(commande.collect_usage_pieces(contexte))
    rangs = []
    for parametre in commande.get_params(contexte):
        if "--help" in parametre.opts:
            continue
        aide = getattr(parametre, "help", None) or ""
        if isinstance(parametre, click.Option):
            valeur = "" if parametre.is_flag else f" {parametre.make_metavar(contexte)}"
            rangs.append((f"`{', '.join(parametre.opts)}{valeur}`", aide))
        elif aide:
            rangs.append((f"`{parametre.make_metavar(contexte)}`", aide))
    table = tableau(("Argument ou option", "Effet"), rangs)
    return f"```text\nrelances-xl {nom} {usage}\n```\n\n{commande.help}\n\n{table}"


def _toutes_les_commandes() -> str:
    lignes = ((f"[`{nom}`](#{nom})", (commande.help or "").split("\n\n")[0]) for nom, commande in principal.commands.items())
    return tableau(("Commande", "Effet"), lignes)


def _champs(prefixe: str) -> str:
    """Les champs de fusion d'un préfixe ; « lettre » : ceux qui n'en ont pas."""
    voulus = (champ for nom, champ in CATALOGUE.items() if (nom.partition(".")[0] if "." in nom else "lettre") == prefixe)
    lignes = (
        (
            _code("{{ " + champ.nom + " }}"), _code(champ.mergefield), champ.type,
            champ.aide, "" if champ.type is TypeChamp.IMAGE else champ.exemple,
        )
        for champ in voulus
    )  # fmt: skip
    return tableau(("Dans le texte", "MERGEFIELD", "Type", "Ce qu'il dit", "Exemple"), lignes)


def _constructions() -> str:
    """Ce que devient chaque construction de Word."""
    lignes = (
        (c.construction, str(c.devenir), _en_exemple(c.dit), _en_exemple(c.remede) if c.remede else "") for c in CONSTRUCTIONS.values()
    )
    return tableau(("Dans le modèle", "Sort", "Ce qui s'imprime, ou ce qui s'en dit", "Remède"), lignes)


def _en_exemple(texte: str) -> str:
    """Un message de la table, ses détails laissés en points de suspension."""
    fini = texte.format("…", "…") if "{}" in texte or "{1}" in texte or "{{{{" in texte else texte
    return re.sub(r"(\{[{%].*?[}%]\})", r"`\1`", fini)


def _export(fichier: str, champs: tuple[Champ, ...]) -> str:
    """Chaque champ d'un export, et les en-têtes reconnus, du plus clair au plus vague."""
    lignes = []
    for champ in champs:
        noms = sorted((noms for noms in PAR_FICHIER[fichier] if noms.champ == champ.nom), key=lambda noms: noms.rang)
        reconnus = " · ".join(nom for groupe in noms for nom in groupe.noms)
        lignes.append((_code(champ.nom) + ("\\*" if champ.indispensable else ""), champ.aide, reconnus))
    return tableau(("Champ", "Sens", "En-têtes reconnus, outre le nom du champ"), lignes)


def _menus() -> str:
    """L'état à prendre dans chaque logiciel, et rien d'autre."""
    lignes = ((f"**{export.logiciel}**", _etat_et_menu(export), export.fichier) for export in _exports())
    return tableau(("Logiciel", "État à prendre, et son menu", "Fichier"), lignes)


def _exports() -> list[Export]:
    return sorted(EXPORTS, key=lambda export: export.logiciel.casefold())


def _etat_et_menu(export: Export) -> str:
    return f"{export.etat} : {MENUS[export.logiciel, export.etat]}{'' if export.logiciel in MENUS_LUS else ' °'}"


def _logiciels() -> str:
    lignes = (
        (
            f"**{export.logiciel}**",
            _etat_et_menu(export),
            export.fichier,
            ", ".join(entete for entete, champ in export.colonnes.items() if champ),
            f"{export.source}{f' ; menu : {MENUS_LUS[export.logiciel]}' if export.logiciel in MENUS_LUS else ''}",
        )
        for export in _exports()
    )
    return tableau(("Logiciel", "État à prendre, et son menu", "Fichier", "Colonnes lues", "D'où on le tient"), lignes)


def _onglet(nom: str) -> str:
    lignes = ((colonne.titre, " / ".join(colonne.choix), colonne.aide) for colonne in onglets.TABLEAUX[nom])
    return tableau(("Colonne", "Valeurs", "Aide"), lignes)


def _saisies(saisies: tuple[onglets.Saisie, ...]) -> str:
    return tableau(("Libellé", "Valeurs", "Aide"), ((s.libelle, " / ".join(s.choix), s.aide) for s in saisies))


def _niveaux_livres() -> str:
    lignes = (
        (
            str(n.numero),
            n.libelle,
            str(n.delai),
            _code(n.modele),
            "Oui" if n.penalites else "Non",
            "Oui" if n.indemnite else "Non",
            n.envoi,
        )
        for n in LIVRES
    )
    return tableau(("Niveau", "Libellé", "Délai (jours)", "Modèle", "Pénalités", "Indemnité", "Envoi"), lignes)


def _taux_livres() -> str:
    def points(valeur: object) -> str:
        return "à saisir" if valeur is None else f"{valeur} %".replace(".", ",")

    lignes = ((s.semestre, points(s.bce), points(s.legal), s.source) for s in taux.LIVRES.semestres.values())
    return tableau(("Semestre", "Taux BCE", "Taux légal professionnels", "Source"), lignes)


SECTIONS: dict[str, Callable[[], str]] = {
    "criteres": _tous_les_criteres,
    **{f"critere {critere.libelle}": partial(_critere, critere) for critere in CRITERES},
    "commandes": _toutes_les_commandes,
    **{f"commande {nom}": partial(_commande, nom) for nom in principal.commands},
    **{
        f"champs {prefixe}": partial(_champs, prefixe)
        for prefixe in ("lettre", "client", "emetteur", "echeance", "exigee", "jointe", "autre", "ligne", "somme")
    },
    "constructions": _constructions,
    "export echeances": partial(_export, "Échéances", CHAMPS_ECHEANCE),
    "export clients": partial(_export, "Clients", CHAMPS_CLIENT),
    "menus": _menus,
    "logiciels": _logiciels,
    "onglet Niveaux": partial(_onglet, onglets.NIVEAUX),
    "onglet Suivi": partial(_onglet, onglets.SUIVI),
    "onglet Taux": partial(_onglet, onglets.TAUX),
    "onglet Colonnes": partial(_onglet, onglets.COLONNES),
    "onglet Émetteur": partial(_saisies, onglets.SAISIES_EMETTEUR),
    "onglet Messagerie": partial(_saisies, onglets.SAISIES_MESSAGERIE),
    "niveaux livrés": _niveaux_livres,
    "taux livrés": _taux_livres,
}
"""Nom d'une section → son texte Markdown."""


def main() -> None:
    for chemin in sorted(PAGES.glob("*.md")):
        page = chemin.read_text(encoding="utf-8")
        chemin.write_text(regenerer(page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
