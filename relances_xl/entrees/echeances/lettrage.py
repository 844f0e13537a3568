"""Le lettrage : ce qui reste ouvert de chaque écriture d'un compte client (contrat §3, « FEC »)."""

import pandas as pd


def restes(client: pd.Series, lettre: pd.Series, montant: pd.Series, date_piece: pd.Series) -> pd.Series:
    """Ce qui reste ouvert de chaque écriture (int64 signé), de sorte que chaque client garde son solde.

    Non lettrée : tout. Groupe (client, lettre) soldé : rien. Groupe non soldé : les écritures du sens contraire à son
    solde sont imputées aux plus anciennes de son sens (date de pièce, puis ordre du fichier).
    """
    ordre = date_piece.argsort(kind="stable").to_numpy()
    table = pd.DataFrame({"client": client, "lettre": lettre, "montant": montant, "rang": range(len(montant))})
    triee = table.iloc[ordre]
    groupe = triee.groupby(["client", "lettre"], sort=False)["montant"]
    sens = groupe.transform("sum").map(lambda solde: (solde > 0) - (solde < 0)).astype("int64")
    du_sens = (triee["montant"] * sens).clip(lower=0)
    contraire = (triee["montant"] * sens).clip(upper=0)
    cles = [triee["client"], triee["lettre"]]
    cumul = du_sens.groupby(cles, sort=False).cumsum()
    a_imputer = -contraire.groupby(cles, sort=False).transform("sum")
    ouvert = sens * (cumul - a_imputer).clip(lower=0).clip(upper=du_sens)
    return ouvert.where(triee["lettre"] != "", triee["montant"]).sort_index().astype("int64")


def reglements(client: pd.Series, lettre: pd.Series, montant: pd.Series, date_piece: pd.Series) -> pd.Series:
    """Le jour où chaque facture lettrée s'est trouvée réglée : celui du dernier crédit de son groupe soldé ; NaT ailleurs."""
    table = pd.DataFrame({"client": client, "lettre": lettre, "montant": montant, "credit": date_piece.where(montant < 0)})
    groupe = table.groupby(["client", "lettre"], sort=False)
    soldee = (lettre != "") & (montant > 0) & (groupe["montant"].transform("sum") == 0)
    return groupe["credit"].transform("max").where(soldee)
