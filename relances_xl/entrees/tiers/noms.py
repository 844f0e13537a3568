"""Un nom par client, et des avertissements qui tiennent en une ligne."""

import re
from collections.abc import Iterable, Mapping, Sequence

from relances_xl.domaine.ecrits.textes import accorder, cle
from relances_xl.domaine.erreurs import Faute

MONTRES = 5  # codes cités dans un avertissement

_COLLECTIF = re.compile(r"4110*")
_CODE_NOM = re.compile(r"(?P<code>[^\W_](?:[\w./-]*\w)?)(?:\s+[-–—:|]\s+|\s*\|\s*)(?P<nom>\S.*)")


def enumerer(codes: Iterable[str]) -> str:
    """Les premiers, et combien d'autres."""
    uniques = list(dict.fromkeys(codes))
    restants = len(uniques) - MONTRES
    suite = accorder(restants, f" et {restants} autre(s)") if restants > 0 else ""
    return ", ".join(uniques[:MONTRES]) + suite


def noms_differents(paires: Iterable[tuple[str, str]], fichier: str = "") -> list[Faute]:
    """Les codes à plusieurs noms : des variantes d'un même nom, ou deux noms que rien ne rapproche. paires : (code, nom)."""
    variantes, etrangers = _codes_a_plusieurs_noms(paires)
    fautes = []
    if variantes:
        dit = accorder(len(variantes), f"{len(variantes)} code(s) client dont le nom s'écrit de plusieurs façons")
        fautes.append(Faute(f"{dit}, une seule est gardée : {_citer(variantes)}", fichier=fichier))
    if etrangers:
        dit = accorder(len(etrangers), f"{len(etrangers)} code(s) client portant des noms différents")
        fautes.append(Faute(f"{dit} : {_citer(etrangers)}", "vérifiez qu'il s'agit d'un seul client", fichier))
    return fautes


def alertes_de_noms(paires: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Code → ce qu'une relance doit en dire, si c'est un compte collectif (411000), ou si rien ne rapproche ses noms.

    >>> alertes_de_noms([("C2", "Dupont"), ("C2", "Martin"), ("C1", "Roy"), ("C1", "Roy SA"), ("411000", "Clients")])
    {'411000': 'compte collectif : un seul client ?', 'C2': 'code porté par plusieurs noms (« Dupont » / « Martin ») : un seul client ?'}
    """
    paires = list(paires)
    collectifs = {
        code: "compte collectif : un seul client ?" for code in sorted({code for code, _ in paires}) if _COLLECTIF.fullmatch(code)
    }
    _, etrangers = _codes_a_plusieurs_noms(paires)
    return collectifs | {code: f"code porté par plusieurs noms ({_dire(noms)}) : un seul client ?" for code, noms in etrangers}


def _codes_a_plusieurs_noms(paires: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, list[str]]], list[tuple[str, list[str]]]]:
    """(ceux dont les noms se ressemblent, ceux que rien ne rapproche), chacun avec ses noms."""
    par_code: dict[str, list[str]] = {}
    for code, nom in dict.fromkeys(paires):
        if code and nom:
            par_code.setdefault(code, []).append(nom)
    variantes, etrangers = list[tuple[str, list[str]]](), list[tuple[str, list[str]]]()
    for code, noms in par_code.items():
        if len(noms) > 1:
            (variantes if _se_ressemblent(noms) else etrangers).append((code, noms))
    return variantes, etrangers


def _se_ressemblent(noms: Sequence[str]) -> bool:
    """Vrai si tous commencent par le même mot, ou si chacun contient le premier ou y est contenu."""
    premiers = {cle(nom.split()[0]) for nom in noms if nom.split()}
    cles = [cle(nom) for nom in noms]
    return len(premiers) == 1 or all(autre in cles[0] or cles[0] in autre for autre in cles)


def _citer(codes: Sequence[tuple[str, Sequence[str]]]) -> str:
    return enumerer(f"{code} ({_dire(noms)})" for code, noms in codes)


def _dire(noms: Sequence[str]) -> str:
    return " / ".join(f"« {nom} »" for nom in noms[:3]) + (" …" if len(noms) > 3 else "")


def un_nom_par_code(paires: Mapping[tuple[str, str], int], connus: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """La raison sociale de chaque (code, nom) : celle du fichier clients, sinon la plus fréquente du code, puis la plus longue.

    Sans aucun nom, le code : dans bien des logiciels (Odoo, QuickBooks…), le client n'a que son nom pour code. Une ligne
    sans code garde son nom : rien ne dit que c'est le client d'une autre.

    paires : (code, nom) → nombre de lignes ; connus : code → nom du fichier clients, s'il en donne un.
    """
    frequents: dict[str, tuple[int, int, str]] = {}
    for (code, nom), fois in paires.items():
        if nom:
            note = (-fois, -len(nom), nom)
            frequents[code] = min(frequents.get(code, note), note)
    return {
        (code, nom): nom if not code else connus.get(code) or (frequents[code][2] if code in frequents else code) for code, nom in paires
    }


def separer_code_nom(valeurs: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Une colonne « CODE - Nom » en deux, si toutes ses valeurs ont cette forme ; None sinon. Le vide reste vide.

    Un code est un seul mot, en capitales ou avec un chiffre : « Martin - Fils » n'en porte pas.

    >>> separer_code_nom(["C001 - Dupont", "", "C002 - Durand - Fils"])
    (['C001', '', 'C002'], ['Dupont', '', 'Durand - Fils'])
    """
    separes: dict[str, tuple[str, str]] = {}
    for valeur in filter(None, dict.fromkeys(valeurs)):
        separe = _separer(valeur)
        if separe is None:
            return None
        separes[valeur] = separe
    if not separes:
        return None
    couples = [separes.get(valeur) or ("", "") for valeur in valeurs]
    return [code for code, _ in couples], [nom for _, nom in couples]


def _separer(valeur: str) -> tuple[str, str] | None:
    trouve = _CODE_NOM.fullmatch(valeur)
    if trouve is None or not (trouve["code"].isupper() or any(map(str.isdigit, trouve["code"]))):
        return None
    return trouve["code"], trouve["nom"]
