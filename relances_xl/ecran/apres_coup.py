"""Les commandes d'après les relances : consulter le journal, annuler, passer au contentieux."""

import sys
from datetime import date
from pathlib import Path

import click

from relances_xl.domaine.ecrits.textes import accorder
from relances_xl.dossier import Dossier
from relances_xl.ecran import options
from relances_xl.ecran.francais import Jour
from relances_xl.ecran.terminal import Ecran


@click.command()
@options.dossier_ici
@click.option("--client", metavar="CODE", help="Les relances de ce client seulement.")
@click.option("--xlsx", type=options.FICHIER, help="Écrit le journal dans ce classeur.")
@click.option("--verifier", is_flag=True, help="Contrôle le journal de fond en comble.")
@click.option("--purger", type=Jour(), metavar="AVANT", help="Efface les relances antérieures à cette date.")
@click.option("--oui", is_flag=True, help="Purge sans demander confirmation.")
def historique(dossier: Path, client: str | None, xlsx: Path | None, verifier: bool, purger: date | None, oui: bool) -> None:
    """Montre, exporte, contrôle ou purge le journal des relances."""
    from relances_xl.etapes.journal import controler, est_neuf, exporter, relever
    from relances_xl.etapes.journal import purger as effacer

    ecran = Ecran()
    if not xlsx and est_neuf(Dossier(dossier)):
        ecran.dire("Le journal est vide.")
        return
    if verifier:
        ecran.resultat(controler(Dossier(dossier)))
        return
    if purger:
        if not oui and not (ecran.interactif and ecran.confirmer(f"Effacer pour de bon les relances d'avant le {purger:%d/%m/%Y} ?")):
            raise click.UsageError("Une purge ne se défait pas : confirmez-la, ou ajoutez « --oui ».")
        nombre = effacer(Dossier(dossier), purger)
        ecran.resultat(accorder(nombre, f"{nombre} relance(s) effacée(s)."))
        return
    from relances_xl.ecran import resumes

    table = relever(Dossier(dossier), client)
    if xlsx:
        exporter(table, xlsx)
        ecran.resultat(xlsx)
    elif len(table):
        for ligne in resumes.journal(table):
            ecran.resultat(ligne)
    else:
        ecran.dire("Le journal est vide." if client is None else f"Le journal n'a rien pour le client {client}.")


@click.command()
@click.argument("dossier", type=options.DOSSIER)
@click.argument("relances", nargs=-1, metavar="[RELANCE]...")
@click.option("--lot", metavar="LOT", help="Annule tout un lot (nom de son dossier).")
@click.option("--oui", is_flag=True, help="Annule sans demander confirmation.")
@click.option("--decocher", is_flag=True, help="Les décoche aussi dans leur revue : la produire de nouveau ne les refera pas.")
@options.silencieux
def annuler(dossier: Path, relances: tuple[str, ...], lot: str | None, oui: bool, decocher: bool, silencieux: bool) -> None:
    """Annule des relances émises, ou tout un lot : chaque échéance revient au niveau précédent."""
    from relances_xl.etapes.annuler import annuler as defaire

    if not relances and not lot:
        raise click.UsageError("Nommez les relances à annuler, ou leur lot par --lot.")
    ecran = Ecran(silencieux)
    faite = defaire(Dossier(dossier), relances, lot, oui=oui, decocher=decocher, dialogue=ecran)
    for avertissement in faite.avertissements:
        ecran.dire(f"Attention : {avertissement}", fg="yellow")
    nombre = len(faite.relances)
    if not nombre:
        ecran.dire("Rien n'a été annulé.")
        return
    ecran.dire(accorder(nombre, f"{nombre} relance(s) annulée(s) : les échéances reviennent au niveau précédent."))
    if faite.renommes:
        ecran.dire(accorder(len(faite.renommes), f"{len(faite.renommes)} fichier(s) renommé(s) ANNULEE_…"))
    if faite.decochees:
        ecran.dire(accorder(faite.decochees, f"{faite.decochees} case(s) décochée(s) dans la revue."))
    if faite.a_refaire:
        ecran.dire("Encore cochée dans sa revue, une relance annulée repart au prochain « relances-xl produire » de cette revue.")
    for relance in faite.relances:
        ecran.resultat(relance)
    if decocher and faite.a_refaire:
        sys.exit(1)


@click.command()
@click.argument("dossier", type=options.DOSSIER)
@click.argument("code", metavar="CODE")
@click.option("--devise", default="EUR", show_default=True, metavar="DEVISE", help="La devise du compte.")
@click.option("--au", type=Jour(), metavar="DATE", help="Arrêté à cette date (aujourd'hui par défaut).")
@options.ouvrir
def contentieux(dossier: Path, code: str, devise: str, au: date | None, ouvrir: bool) -> None:
    """Le dossier d'un client pour le contentieux : décompte, bordereau, requête, lettres et factures."""
    from relances_xl.etapes.dossier_contentieux import constituer

    ecran = Ecran()
    fait = constituer(Dossier(dossier), code, devise.upper(), au or options.aujourdhui(), options.aujourdhui())
    for avertissement in fait.avertissements:
        ecran.dire(f"Attention : {avertissement}", fg="yellow")
    for piece in fait.manquent:
        ecran.dire(f"Manque au dossier : {piece}", fg="yellow")
    ecran.dire(f"Réclamé : {fait.reclame}")
    ecran.resultat(fait.chemin)
    if ouvrir:
        ecran.ouvrir([fait.chemin])
