"""Ajoute le dossier d'installation au PATH de l'utilisateur, ou l'en retire : `chemin.py ajouter|retirer DOSSIER`.

Par le registre plutôt que par NSIS, dont les chaînes s'arrêtent à mille caractères : un PATH plus long y serait coupé.
"""

import ctypes
import sys
import winreg

VALEUR = "Path"


def main(geste: str, dossier: str) -> None:
    """Écrit le PATH (son type gardé : il peut porter des %VARIABLES%) et prévient les fenêtres ouvertes."""
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, "Environment", access=winreg.KEY_READ | winreg.KEY_WRITE) as cle:
        try:
            ancien, genre = winreg.QueryValueEx(cle, VALEUR)
        except FileNotFoundError:
            ancien, genre = "", winreg.REG_EXPAND_SZ
        nouveau = [partie for partie in str(ancien).split(";") if partie and partie.casefold() != dossier.casefold()]
        if geste == "ajouter":
            nouveau.append(dossier)
        if nouveau:
            winreg.SetValueEx(cle, VALEUR, 0, genre, ";".join(nouveau))
        elif ancien:
            winreg.DeleteValue(cle, VALEUR)
    prevenir = ctypes.windll.user32.SendMessageTimeoutW
    tout_le_monde, reglage_change, sans_attendre = 0xFFFF, 0x1A, 0x2
    prevenir(tout_le_monde, reglage_change, 0, "Environment", sans_attendre, 1000, None)


if __name__ == "__main__":
    main(*sys.argv[1:])
