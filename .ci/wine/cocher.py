"""Coche toutes les relances d'une revue, comme le ferait l'utilisateur : `cocher.py REVUE`."""

import sys

import openpyxl

classeur = openpyxl.load_workbook(sys.argv[1])
feuille = classeur["Liste clients"]
entetes = [cellule.value for cellule in feuille[1]]
for ligne in feuille.iter_rows(min_row=2):
    if ligne[entetes.index("Relance")].value:
        ligne[entetes.index("Approuver")].value = True
classeur.save(sys.argv[1])
