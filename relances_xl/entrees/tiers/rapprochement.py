"""Rapprocher les échéances du fichier clients : par le code, à la casse, aux blancs et aux zéros de tête près."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from relances_xl.domaine import tables as c
from relances_xl.domaine.ecrits.dates import DelaiPaiement
from relances_xl.domaine.ecrits.textes import accorder, cle, une_ligne
from relances_xl.domaine.erreurs import Faute
from relances_xl.entrees.tiers.noms import alertes_de_noms, enumerer, noms_differents, un_nom_par_code
from relances_xl.entrees.valeurs.alertes_de_ligne import ajouter_les_alertes


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
    paires = Counter(zip(lignes[c.CODE_CLIENT].tolist(), lignes[c.RAISON_SOCIALE].tolist(), strict=True))
    clients = _nommes_seulement(paires, clients)
    connus = frozenset(clients[c.CODE_CLIENT].tolist())
    codes = [code for code in dict.fromkeys(code for code, _ in paires) if code]
    inconnus = [code for code in codes if code not in connus]
    rapproches, douteux = _rapprochements(inconnus, codes, connus)
    nommes = _par_le_nom([code for code in inconnus if code not in rapproches and code not in douteux], clients)
    if changes := nommes | rapproches:
        lignes = lignes.assign(**{c.CODE_CLIENT: _remplacer(lignes[c.CODE_CLIENT], changes)})
        paires = Counter(zip(lignes[c.CODE_CLIENT].tolist(), lignes[c.RAISON_SOCIALE].tolist(), strict=True))
    avertissements = _dire_rapprochements(rapproches, douteux, nommes)
    avertissements += noms_differents(paires)
    lignes = ajouter_les_alertes(lignes, c.CODE_CLIENT, alertes_de_noms(paires))
    if len(clients):
        avertissements += _clients_incomplets(lignes, clients)
    noms = un_nom_par_code(paires, dict(zip(clients[c.CODE_CLIENT].tolist(), clients[c.RAISON_SOCIALE].tolist(), strict=True)))
    if any(nom != retenu for (_, nom), retenu in noms.items()):
        retenus = map(noms.__getitem__, zip(lignes[c.CODE_CLIENT].tolist(), lignes[c.RAISON_SOCIALE].tolist(), strict=True))
        lignes = lignes.assign(**{c.RAISON_SOCIALE: pd.Series(list(retenus), lignes.index, dtype="str")})
    return lignes, clients, avertissements


def _remplacer(codes: pd.Series, changes: Mapping[str, str]) -> pd.Series:
    return pd.Series([changes.get(code, code) for code in codes.tolist()], codes.index, dtype="str")


def _nommes_seulement(paires: Iterable[tuple[str, str]], clients: pd.DataFrame) -> pd.DataFrame:
    """Les clients à qui leur nom tient lieu de code prennent celui que l'export donne à ce nom, s'il n'en donne qu'un."""
    codes, noms = clients[c.CODE_CLIENT].tolist(), clients[c.RAISON_SOCIALE].tolist()
    des_lignes = {code for code, _ in paires}
    sans_code = {code: cle(nom) for code, nom in zip(codes, noms, strict=True) if code not in des_lignes and cle(code) == cle(nom)}
    if not sans_code:
        return clients
    connus = frozenset(map(cle_code, codes))
    par_nom: dict[str, set[str]] = {}
    for code, nom in paires:
        if code and cle_code(code) not in connus:
            par_nom.setdefault(cle(nom), set()).add(code)
    seuls = {nom: next(iter(trouves)) for nom, trouves in par_nom.items() if nom and len(trouves) == 1}
    changes = {code: seuls[nom] for code, nom in sans_code.items() if nom in seuls}
    return clients.assign(**{c.CODE_CLIENT: _remplacer(clients[c.CODE_CLIENT], changes)})


def _par_le_nom(codes: Sequence[str], clients: pd.DataFrame) -> dict[str, str]:
    """Code de l'export, qui n'est qu'un nom → code du seul client de ce nom : bien des logiciels désignent un client ainsi."""
    if not codes:
        return {}
    par_nom: dict[str, list[str]] = {}
    for code, nom in zip(clients[c.CODE_CLIENT].tolist(), clients[c.RAISON_SOCIALE].tolist(), strict=True):
        par_nom.setdefault(cle(nom), []).append(code)
    seuls = {nom: trouves[0] for nom, trouves in par_nom.items() if nom and len(trouves) == 1}
    return {code: seuls[cle(code)] for code in codes if seuls.get(cle(code), code) != code}


def delais_par_code(codes: Iterable[str], clients: pd.DataFrame | None, defaut: DelaiPaiement) -> dict[str, DelaiPaiement]:
    """Code de l'export → délai de paiement de son client (rapproché), ou le délai par défaut.

    clients : code_client, delai_paiement (texte, "" ou illisible : défaut).
    """
    codes = list(codes)
    if clients is None:
        return dict.fromkeys(codes, defaut)
    textes = dict(zip(clients[c.CODE_CLIENT].tolist(), clients[c.DELAI_PAIEMENT].tolist(), strict=True))
    rapproches, _ = _rapprochements([code for code in codes if code not in textes], codes, textes)
    lus = {code: DelaiPaiement.lire(texte) for code, texte in textes.items() if texte}
    return {code: lus.get(rapproches.get(code, code)) or defaut for code in codes}


def _rapprochements(inconnus: Sequence[str], codes: Iterable[str], connus: Iterable[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Code de l'export → code du client ; et les codes entre lesquels on n'a pas choisi."""
    if not inconnus:
        return {}, {}
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
    soldes: dict[tuple[str, str], int] = defaultdict(int)
    for code, devise, reste in zip(lignes[c.CODE_CLIENT].tolist(), lignes[c.DEVISE].tolist(), lignes[c.RESTE_DU].tolist(), strict=True):
        soldes[code, devise] += reste
    debiteurs = {code for (code, _), solde in soldes.items() if code and solde > 0}
    sans_adresse: list[str] = []
    sans_email: list[str] = []
    for code, nom, adresses, ville, envoi, emails in _de_quoi_ecrire(clients):
        if code not in debiteurs:
            continue
        if not (ville and any(adresses)):
            sans_adresse.append(_nomme(code, nom))
        if envoi == "Email" and not any(emails):
            sans_email.append(_nomme(code, nom))
    manques = (
        (sorted(debiteurs - set(clients[c.CODE_CLIENT].tolist())), "client(s) débiteur(s) absent(s) du fichier clients",
         "exportez le fichier clients complet : leurs lettres n'auraient pas d'adresse"),
        (sans_adresse, "client(s) débiteur(s) sans adresse complète",
         "complétez l'adresse dans votre logiciel"),
        (sans_email, "client(s) débiteur(s) à relancer par Email, sans adresse électronique",
         "complétez-la, sinon la relance sera faite en PDF"),
    )  # fmt: skip
    return [
        Faute(f"{accorder(len(lesquels), f'{len(lesquels)} {quoi}')} : {enumerer(lesquels)}", remede)
        for lesquels, quoi, remede in manques
        if lesquels
    ]


def _de_quoi_ecrire(clients: pd.DataFrame) -> Iterator[tuple[str, str, tuple[str, ...], str, str, tuple[str, ...]]]:
    """(code, nom, adresses, ville, envoi, adresses électroniques) de chaque client."""

    def textes(*champs: str) -> Iterator[tuple[str, ...]]:
        return zip(*(clients[champ].tolist() for champ in champs), strict=True)

    fiches = textes(c.CODE_CLIENT, c.RAISON_SOCIALE, c.VILLE, c.ENVOI)
    adresses, emails = textes(c.ADRESSE1, c.ADRESSE2, c.ADRESSE3), textes(c.EMAIL, c.EMAIL_RELANCE)
    for (code, nom, ville, envoi), des_adresses, des_emails in zip(fiches, adresses, emails, strict=True):
        yield code, nom, des_adresses, ville, envoi, des_emails


def _nomme(code: str, nom: str) -> str:
    """« C031 Salon Coiff'Harmonie » : un code, et le nom qui le rend lisible."""
    return code if nom in ("", code) else f"{code} {une_ligne(nom)}"
