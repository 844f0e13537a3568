"""L'imprimante : la file d'impression du système (CUPS), ou sous Windows un lecteur de PDF.

Une impression que la file a prise est une impression faite : la suite (papier, encre) se voit devant l'imprimante. Qu'un
lecteur de PDF ait été lancé ne suffit pas.
"""

import re
import shutil
import sys
import time
from pathlib import Path

from relances_xl.domaine.ecrits.textes import une_ligne
from relances_xl.fichiers.processus import DelaiDepasse, Execution, executer

DELAI = 120.0
"""Secondes laissées à la file pour accepter un travail."""

_GUET = 0.3  # secondes entre deux regards sur la file de Windows

_EN_ANGLAIS = {"LC_ALL": "C.UTF-8"}  # les messages de CUPS que l'on reconnaît


class ErreurImpression(Exception):
    """Rien n'est parti à l'impression. Le texte dit pourquoi et quoi faire."""


class DouteImpression(Exception):
    """On ne sait pas si le travail est dans la file : à vérifier devant l'imprimante avant de recommencer."""


def imprimantes() -> list[str]:
    """Les imprimantes du système, par ordre alphabétique ; vide s'il n'y en a pas ou si la file ne répond pas."""
    if sys.platform == "win32":
        return _imprimantes_windows()
    sortie = _lpstat("-e")
    return sorted({ligne.split()[0] for ligne in sortie.splitlines() if ligne.strip()})


def defaut() -> str | None:
    """L'imprimante par défaut, None s'il n'y en a pas."""
    if sys.platform == "win32":
        return _defaut_windows()
    trouve = re.search(r"^system default destination: (\S+)", _lpstat("-d"), re.MULTILINE)
    return trouve[1] if trouve else None


def imprimer(pdf: Path, imprimante: str, titre: str) -> str:
    """Met un PDF en file d'impression, en un seul travail, et rend l'identifiant du travail.

    imprimante : nom, vide = celle par défaut ; titre : nom du travail dans la file.
    L'identifiant est vide avec SumatraPDF, qui n'en donne pas.
    Lève `ErreurImpression` (sûrement pas imprimé) ou `DouteImpression` (sort inconnu).
    """
    if not pdf.is_file():
        raise ErreurImpression(f"le fichier à imprimer n'existe pas : {pdf.name}")
    if sys.platform == "win32":
        return _imprimer_windows(pdf, imprimante)
    return _imprimer_cups(pdf, imprimante, une_ligne(titre))


def _imprimer_cups(pdf: Path, imprimante: str, titre: str) -> str:
    if not shutil.which("lp"):
        raise ErreurImpression("pas de système d'impression sur cette machine (CUPS) → sortez sur PDF, ou installez CUPS")
    choix = ["-d", imprimante] if imprimante else []
    try:
        execution = executer(["lp", *choix, "-t", titre, "--", str(pdf.resolve())], DELAI, _EN_ANGLAIS)
    except DelaiDepasse:
        raise DouteImpression(
            f"la file d'impression n'a pas répondu en {DELAI:.0f} s → regardez si « {titre} » y est avant de recommencer"
        ) from None
    trouve = re.search(r"request id is (\S+)", execution.sortie)
    if execution.code == 0 and trouve:
        return trouve[1]
    raise _echec_cups(execution, imprimante, titre)


def _echec_cups(execution: Execution, imprimante: str, titre: str) -> ErreurImpression | DouteImpression:
    """Ce que `lp` a dit : un refus connu est sûr, le reste est un doute."""
    dit = une_ligne(execution.erreurs or execution.sortie)
    connues = ", ".join(imprimantes()) or "aucune : le service d'impression est-il démarré ?"
    nom = f"« {imprimante} »" if imprimante else "par défaut"
    refus = {
        "No default destination": f"pas d'imprimante par défaut → nommez-la au critère « Imprimante » (présentes : {connues})",
        "does not exist": f"imprimante {nom} introuvable → corrigez le critère « Imprimante » (présentes : {connues})",
        "not accepting jobs": f"l'imprimante {nom} refuse les travaux → remettez-la en service, puis relancez « produire »",
        "scheduler": "le service d'impression est arrêté → démarrez-le, puis relancez « produire »",
        "Unable to connect": "le service d'impression est arrêté → démarrez-le, puis relancez « produire »",
        "Connection refused": "le service d'impression est arrêté → démarrez-le, puis relancez « produire »",
        "Forbidden": f"l'impression sur l'imprimante {nom} ne vous est pas permise → demandez-en le droit, ou changez d'imprimante",
        "Unauthorized": f"l'impression sur l'imprimante {nom} ne vous est pas permise → demandez-en le droit, ou changez d'imprimante",
        "Unsupported": f"l'imprimante {nom} ne sait pas imprimer un PDF ({dit}) → sortez sur PDF, et imprimez de votre lecteur",
    }
    for indice, explication in refus.items():
        if indice in dit:
            return ErreurImpression(explication)
    return DouteImpression(
        f"réponse inattendue de la file d'impression ({dit or execution.code}) → regardez si « {titre} » y est avant de recommencer"
    )


def _lpstat(*options: str) -> str:
    """La réponse de `lpstat`, vide si le système d'impression est absent ou muet."""
    try:
        return executer(["lpstat", *options], 15.0, _EN_ANGLAIS).sortie
    except (DelaiDepasse, OSError):
        return ""


def _imprimantes_windows() -> list[str]:
    import win32print  # type: ignore[import-untyped]

    locales_et_reseau = win32print.PRINTER_ENUM_LOCAL | win32print.PRINTER_ENUM_CONNECTIONS
    try:
        return sorted(nom for _, _, nom, _ in win32print.EnumPrinters(locales_et_reseau))
    except Exception:  # pywintypes.error, que seul Windows connaît : le spouleur est arrêté
        return []


def _defaut_windows() -> str | None:
    import win32print

    try:
        return str(win32print.GetDefaultPrinter())
    except RuntimeError:
        return None


def _imprimer_windows(pdf: Path, imprimante: str) -> str:
    """SumatraPDF s'il est là (il attend et rend compte) ; sinon le lecteur de PDF associé, surveillé à la file d'impression."""
    if imprimante and imprimante not in _imprimantes_windows():
        connues = ", ".join(_imprimantes_windows()) or "aucune"
        raise ErreurImpression(f"imprimante « {imprimante} » introuvable → corrigez le critère « Imprimante » (présentes : {connues})")
    nom = imprimante or _defaut_windows()
    if not nom:
        raise ErreurImpression("pas d'imprimante par défaut → nommez-la au critère « Imprimante »")
    if sumatra := _sumatra():
        return _imprimer_sumatra(sumatra, pdf, imprimante)
    return _imprimer_par_le_lecteur(pdf, imprimante, nom)


def _imprimer_par_le_lecteur(pdf: Path, imprimante: str, nom: str) -> str:
    """Par le verbe d'impression : il rend la main aussitôt, que le lecteur imprime ou non. Seule la file dit qu'un travail y est."""
    import win32api  # type: ignore[import-untyped]

    avant = _travaux_windows(nom)
    verbe, parametres = ("printto", f'"{imprimante}"') if imprimante else ("print", "")
    try:
        win32api.ShellExecute(0, verbe, str(pdf.resolve()), parametres, str(pdf.resolve().parent), 0)
    except Exception as erreur:
        # pywintypes.error : aucun lecteur de PDF n'a de verbe d'impression (le navigateur n'en a pas)
        raise ErreurImpression(
            f"aucun lecteur de PDF ne sait imprimer sur ce poste ({erreur}) → installez SumatraPDF ou Adobe Reader"
        ) from None
    limite = time.monotonic() + DELAI
    while time.monotonic() < limite:
        for numero, document in _travaux_windows(nom).items():
            if numero not in avant and pdf.stem.casefold() in document.casefold():
                return f"{nom}-{numero}"
        time.sleep(_GUET)
    raise DouteImpression(
        f"le lecteur de PDF n'a rien mis dans la file de « {nom} » en {DELAI:.0f} s → regardez l'imprimante et la fenêtre du lecteur "
        "avant de recommencer ; SumatraPDF, lui, rend compte"
    )


def _travaux_windows(nom: str) -> dict[int, str]:
    """Les travaux de la file d'une imprimante : numéro → nom du document ; vide si le spouleur ne répond pas."""
    import win32print

    try:
        poignee = win32print.OpenPrinter(nom)
        try:
            return {int(travail["JobId"]): str(travail["pDocument"] or "") for travail in win32print.EnumJobs(poignee, 0, 999, 1)}
        finally:
            win32print.ClosePrinter(poignee)
    except Exception:  # pywintypes.error
        return {}


def _sumatra() -> str | None:
    import os

    if trouve := shutil.which("SumatraPDF"):
        return trouve
    for variable in ("LOCALAPPDATA", "ProgramFiles", "ProgramFiles(x86)"):
        chemin = Path(os.environ.get(variable, "")) / "SumatraPDF" / "SumatraPDF.exe"
        if os.environ.get(variable) and chemin.is_file():
            return str(chemin)
    return None


def _imprimer_sumatra(sumatra: str, pdf: Path, imprimante: str) -> str:
    choix = ["-print-to", imprimante] if imprimante else ["-print-to-default"]
    try:
        execution = executer([sumatra, *choix, "-silent", "-exit-when-done", str(pdf.resolve())], DELAI * 5)
    except DelaiDepasse:
        raise DouteImpression("SumatraPDF n'a pas fini d'imprimer à temps → regardez l'imprimante") from None
    if execution.code != 0:
        raise DouteImpression(f"SumatraPDF a rendu l'erreur {execution.code} → regardez l'imprimante")
    return ""
