"""Posé dans le Python installé le temps de l'essai : `shutil.copy2` s'y passe de CopyFile2, que Wine 8 n'a pas."""

import _winapi

if hasattr(_winapi, "CopyFile2"):
    del _winapi.CopyFile2
