"""Rapprocher les échéances du fichier clients : par le code, à la casse, aux blancs et aux zéros de tête près."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.ecrits.textes import accorder, cle, une_ligne
from relances_xl.domaine.erreurs import Faute
from relances_xl.entrees.tiers.noms import enumerer, noms_differents, un_nom_par_code


def cle_code(code: str) -> str:
    """Un code sans casse ni blancs ni zéros de tête : « 00411 abc » et « 411ABC » se rapprochent.

    >>> cle_code("00411 abc"), cle_code("000")
    ('411abc', '0')
    """
    nu = _sans_casse(code)
    return nu.lstrip("0") or nu[:1]


def _sans_casse(code: str) -> str:
    return "".join(code.split()).casefold()


def rapprocher(lignes: pd.DataFrame, clients: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[Faute]]:
    """Les échéances portent le code et le nom du fichier clients ; ce qui ne se rapproche pas se dit.

    Rend les mêmes lignes, code_client et raison_sociale changés, et les clients, ceux que leur nom seul désigne ayant pris
    le code de l'export. Un code de l'export qui ne diffère de celui d'un
    seul client que par la casse, les blancs ou des zéros de tête prend le code du client : c'est l'écriture que la
    « loupe » et le journal montrent, et elle ne change pas quand Excel ôte ses zéros à l'export suivant. Tout autre
    code reste tel que l'export l'écrit : deux clients candidats, ou deux écritures du même code à des zéros près dans
    l'export, ne sont jamais confondus.
    """
    clients = _nommes_seulement(lignes, clients)
    connus = frozenset(clients[c.CODE_CLIENT])
    codes = [str(code) for code in lignes[c.CODE_CLIENT].unique() if code]
    rapproches, douteux = _rapprochements([code for code in codes if code not in connus], codes, connus)
    nommes = _par_le_nom([code for code in codes if code not in connus and code not in rapproches and code not in douteux], clients)
    avant = lignes[c.CODE_CLIENT]
    lignes = lignes.assign(**{c.CODE_CLIENT: avant.map(lambda code: rapproches.get(code) or nommes.get(code, code)).astype("str")})
    avertissements = _dire_rapprochements(rapproches, douteux, nommes)
    avertissements += noms_differents(lignes[c.CODE_CLIENT], lignes[c.RAISON_SOCIALE])
    if len(clients):
        avertissements += _clients_incomplets(lignes, clients)
    return lignes.assign(**{c.RAISON_SOCIALE: un_nom_par_code(lignes, clients)}), clients, avertissements


def _nommes_seulement(lignes: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame:
    """Les clients à qui leur nom tient lieu de code prennent celui que l'export donne à ce nom, s'il n'en donne qu'un."""
    cles = clients[c.RAISON_SOCIALE].map(cle)
    sans_code = (cles == clients[c.CODE_CLIENT].map(cle)) & ~clients[c.CODE_CLIENT].isin(lignes[c.CODE_CLIENT])
    if not sans_code.any():
        return clients
    connus = frozenset(map(cle_code, clients[c.CODE_CLIENT]))
    paires = lignes[[c.CODE_CLIENT, c.RAISON_SOCIALE]].drop_duplicates()
    inconnus = paires[(paires[c.CODE_CLIENT] != "") & ~paires[c.CODE_CLIENT].map(cle_code).isin(connus)]
    par_nom = inconnus.groupby(inconnus[c.RAISON_SOCIALE].map(cle))[c.CODE_CLIENT].agg(set)
    seuls = {nom: next(iter(codes)) for nom, codes in par_nom.items() if nom and len(codes) == 1}
    codes = cles.where(sans_code, "").map(seuls).astype("str").fillna("")
    return clients.assign(**{c.CODE_CLIENT: clients[c.CODE_CLIENT].where(codes == "", codes).astype("str")})


def _par_le_nom(codes: Iterable[str], clients: pd.DataFrame) -> dict[str, str]:
    """Code de l'export, qui n'est qu'un nom → code du seul client de ce nom : bien des logiciels désignent un client ainsi."""
    noms = clients[c.RAISON_SOCIALE].map(cle)
    uniques = ~noms.duplicated(keep=False) & (noms != "")
    par_nom = dict(zip(noms[uniques], clients.loc[uniques, c.CODE_CLIENT], strict=True))
    return {code: par_nom[cle(code)] for code in codes if par_nom.get(cle(code), code) != code}


def delais_par_code(codes: Iterable[str], clients: pd.DataFrame | None, defaut: DelaiPaiement) -> dict[str, DelaiPaiement]:
    """Code de l'export → délai de paiement de son client (rapproché), ou le délai par défaut.

    clients : code_client, delai_paiement (texte, "" ou illisible : défaut).
    """
    codes = list(codes)
    if clients is None:
        return dict.fromkeys(codes, defaut)
    textes = dict(zip(clients[c.CODE_CLIENT], clients[c.DELAI_PAIEMENT], strict=True))
    rapproches, _ = _rapprochements((code for code in codes if code not in textes), codes, textes)
    lus = {code: DelaiPaiement.lire(texte) for code, texte in textes.items() if texte}
    return {code: lus.get(rapproches.get(code, code)) or defaut for code in codes}


def _rapprochements(inconnus: Iterable[str], codes: Iterable[str], connus: Iterable[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Code de l'export → code du client ; et les codes entre lesquels on n'a pas choisi."""
    clients_par_cle: dict[str, list[str]] = {}
    for connu in sorted(connus):
        clients_par_cle.setdefault(cle_code(connu), []).append(connu)
    ecritures: dict[str, set[str]] = {}
    for code in codes:
        ecritures.setdefault(cle_code(code), set()).add(_sans_casse(code))
    rapproches, douteux = {}, {}
    for code in inconnus:
        candidats = clients_par_cle.get(cle_code(code), [])
        proches = [connu for connu in candidats if _sans_casse(connu) == _sans_casse(code)] or candidats
        a_la_casse_pres = proches and _sans_casse(proches[0]) == _sans_casse(code)
        if len(proches) == 1 and (a_la_casse_pres or len(ecritures[cle_code(code)]) == 1):
            rapproches[code] = proches[0]
        elif proches:
            douteux[code] = proches
    return rapproches, douteux


def _dire_rapprochements(rapproches: Mapping[str, str], douteux: Mapping[str, Sequence[str]], nommes: Mapping[str, str]) -> list[Faute]:
    fautes = []
    if nommes:
        paires = enumerer(f"« {nom} » → « {code} »" for nom, code in nommes.items())
        fautes.append(Faute(f"{accorder(len(nommes), f'{len(nommes)} client(s) retrouvé(s)')} par la raison sociale : {paires}"))
    if rapproches:
        paires = enumerer(f"« {code} » → « {connu} »" for code, connu in rapproches.items())
        dit = accorder(len(rapproches), f"{len(rapproches)} code(s) client rapproché(s)")
        fautes.append(Faute(f"{dit} du fichier clients à la casse, aux blancs ou aux zéros de tête près : {paires}"))
    if douteux:
        paires = enumerer(f"« {code} » ({' ou '.join(proches)})" for code, proches in douteux.items())
        dit = accorder(len(douteux), f"{len(douteux)} code(s) de l'export proche(s) de plusieurs clients, non rapproché(s)")
        fautes.append(Faute(f"{dit} : {paires}", "écrivez le même code dans les deux exports"))
    return fautes


def _clients_incomplets(lignes: pd.DataFrame, clients: pd.DataFrame) -> list[Faute]:
    """Ce qui manquera aux lettres : seuls comptent les clients qui doivent encore, crédits déduits, dans une devise."""
    soldes = lignes[lignes[c.CODE_CLIENT] != ""].groupby([c.CODE_CLIENT, c.DEVISE])[c.RESTE_DU].sum()
    codes = {str(code) for code, _ in soldes.index[soldes > 0]}
    debiteurs = clients[clients[c.CODE_CLIENT].isin(codes)]
    sans_adresse = (debiteurs[[c.ADRESSE1, c.ADRESSE2, c.ADRESSE3]] == "").all(axis=1) | (debiteurs[c.VILLE] == "")
    sans_email = (debiteurs[c.ENVOI] == "Email") & (debiteurs[c.EMAIL] == "") & (debiteurs[c.EMAIL_RELANCE] == "")
    manques = (
        (sorted(codes - set(clients[c.CODE_CLIENT])), "client(s) débiteur(s) absent(s) du fichier clients",
         "exportez le fichier clients complet : leurs lettres n'auraient pas d'adresse"),
        (_nommes(debiteurs[sans_adresse]), "client(s) débiteur(s) sans adresse complète",
         "complétez l'adresse dans votre logiciel"),
        (_nommes(debiteurs[sans_email]), "client(s) débiteur(s) à relancer par Email, sans adresse électronique",
         "complétez-la, sinon la relance sera faite en PDF"),
    )  # fmt: skip
    return [
        Faute(f"{accorder(len(lesquels), f'{len(lesquels)} {quoi}')} : {enumerer(lesquels)}", remede)
        for lesquels, quoi, remede in manques
        if len(lesquels)
    ]


def _nommes(clients: pd.DataFrame) -> list[str]:
    """« C031 Salon Coiff'Harmonie » : un code, et le nom qui le rend lisible."""
    paires = zip(clients[c.CODE_CLIENT], clients[c.RAISON_SOCIALE].fillna(""), strict=True)
    return [code if nom in ("", code) else f"{code} {une_ligne(str(nom))}" for code, nom in paires]
