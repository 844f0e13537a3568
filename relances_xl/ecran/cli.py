"""La ligne de commande : arguments, messages, codes de sortie. Le travail est dans `etapes` (contrat §1)."""

import sys
from pathlib import Path

import click

from relances_xl.domaine.ecrits.textes import argument
from relances_xl.dossier import Dossier
from relances_xl.ecran import options
from relances_xl.ecran.apres_coup import annuler, contentieux, historique
from relances_xl.ecran.conseils import par_un_lanceur
from relances_xl.ecran.groupe import Commandes
from relances_xl.ecran.terminal import Ecran, ecrire, fichiers

A_OUVRIR = 2  # le compte rendu, et toutes les lettres en un PDF (à défaut leur dossier)


@click.group(
    cls=Commandes,
    invoke_without_command=True,
    subcommand_metavar="[COMMANDE] [ARGUMENTS]...",
    context_settings={"help_option_names": ["-h", "--help", "--aide"]},
)
@click.version_option(package_name="relances-xl", prog_name="relances-xl")
@click.pass_context
def principal(ctx: click.Context) -> None:
    """Relances clients dans Excel et Word : qui relancer, à quel niveau, et les lettres.

    Trois temps : « lister » écrit un classeur de revue ; vous cochez ; « produire » sort les lettres.
    """
    if ctx.invoked_subcommand is None:
        click.echo("Pour essayer : relances-xl demo essai")
        click.echo("Pour commencer : relances-xl nouveau MON-DOSSIER, puis relances-xl lister MON-DOSSIER")
        click.echo("Tout à portée de chiffres : relances-xl menu MON-DOSSIER")
        click.echo("Toutes les commandes : relances-xl --aide")


@principal.command()
@click.argument("dossier", type=options.DOSSIER)
@click.option("--exemple", is_flag=True, help="Avec des exports d'exemple.")
@options.silencieux
def nouveau(dossier: Path, exemple: bool, silencieux: bool) -> None:
    """Crée un dossier de relance, ou complète ce qui y manque."""
    from relances_xl.etapes.nouveau import nouveau as creer

    ecran = Ecran(silencieux)
    creation = creer(Dossier(dossier), exemple=exemple)
    if creation.gardes:
        ecran.dire(f"Déjà là, laissés tels quels : {fichiers(creation.gardes)}")
    ecran.dire(f"Créés : {fichiers(creation.crees)}" if creation.crees else "Rien ne manquait.")
    suite = "" if exemple else "déposez-y vos exports, suivez « Commencer ici » dans criteres.xlsx, "
    ecran.dire(f"Ensuite : {suite}« relances-xl actualiser {argument(dossier)} », puis « relances-xl lister {argument(dossier)} ».")
    ecran.resultat(dossier)


@principal.command()
@options.dossier_ici
@options.ouvrir
@options.silencieux
def actualiser(dossier: Path, ouvrir: bool, silencieux: bool) -> None:
    """Relit les exports, complète criteres.xlsx (clients, listes, taux) et y reporte les réponses de la dernière revue."""
    from relances_xl.etapes.actualiser import actualiser as rafraichir

    ecran = Ecran(silencieux)
    resume, avertissements = rafraichir(Dossier(dossier), options.aujourdhui())
    ecran.avertir(avertissements)
    ecran.dire(resume)
    ecran.resultat(Dossier(dossier).criteres)
    if ouvrir:
        ecran.ouvrir([Dossier(dossier).criteres])


@principal.command()
@options.dossier_ici
@click.option("--revue", type=options.FICHIER, help="Écrit la revue dans ce fichier plutôt que dans le lot.")
@click.option("--reprendre", is_flag=True, help="Garde coches, niveaux, sorties et messages de la dernière revue non produite qui en a.")
@options.ouvrir
@options.silencieux
@options.json
def lister(dossier: Path, revue: Path | None, reprendre: bool, ouvrir: bool, silencieux: bool, en_json: bool) -> None:
    """Calcule qui relancer et à quel niveau, et écrit le classeur de revue."""
    from relances_xl.ecran import resumes
    from relances_xl.etapes.lister import ETAPES
    from relances_xl.etapes.lister import lister as etablir

    ecran = Ecran(silencieux)
    demander = par_un_lanceur() and ecran.interactif and not reprendre
    with ecran.suivre("Liste", ETAPES) as avancer:
        liste = etablir(
            Dossier(dossier),
            options.aujourdhui(),
            revue,
            reprendre=(lambda attente: ecran.confirmer(f"{attente}. Garder ses choix ?", defaut=True)) if demander else reprendre,
            avancer=avancer,
        )
    ecran.avertir(liste.avertissements)
    for phrase in (*liste.messages, *resumes.liste(liste), *resumes.suite(liste)):
        ecran.dire(phrase)
    if en_json:
        ecran.json(resumes.liste_json(liste))
    else:
        ecran.resultat(liste.chemin)
    if ouvrir:
        ecran.ouvrir([liste.chemin])
    sys.exit(liste.code)


@principal.command()
@options.dossier_ici
@click.option("--revue", type=options.FICHIER, help="Le classeur de revue à produire (par défaut celui du dernier lot).")
@click.option("--oui", is_flag=True, help="Produit sans demander confirmation.")
@click.option("--a-blanc", is_flag=True, help="Montre ce qui partirait, à qui ; ne produit rien.")
@click.option("--renvoyer", metavar="RELANCE", help="Refait une relance douteuse ou en échec, et elle seule.")
@click.option("--tenir-pour-envoyee", metavar="RELANCE", help="Tient une relance douteuse pour sortie.")
@click.option("--executeur", metavar="QUI", help="À qui confier fusions et conversions : processus, processus:4, dask:tcp://serveur:8786.")
@options.ouvrir
@options.silencieux
@options.json
def produire(
    dossier: Path,
    revue: Path | None,
    oui: bool,
    a_blanc: bool,
    renvoyer: str | None,
    tenir_pour_envoyee: str | None,
    executeur: str | None,
    ouvrir: bool,
    silencieux: bool,
    en_json: bool,
) -> None:
    """Fusionne les lignes approuvées, sort les lettres et les journalise."""
    from relances_xl.ecran import resumes
    from relances_xl.etapes.production.executeurs import executeur as confier
    from relances_xl.etapes.produire import Demande, tenir_pour_sortie
    from relances_xl.etapes.produire import produire as sortir

    if renvoyer and tenir_pour_envoyee:
        raise click.UsageError("« --renvoyer » et « --tenir-pour-envoyee » ne vont pas ensemble.")
    ecran = Ecran(silencieux)
    if tenir_pour_envoyee:
        statut = tenir_pour_sortie(Dossier(dossier), tenir_pour_envoyee, options.aujourdhui())
        ecran.dire(f"La relance {tenir_pour_envoyee} est tenue pour « {statut} ».")
        ecran.resultat(tenir_pour_envoyee)
        return
    demande = Demande(revue=revue, oui=oui, a_blanc=a_blanc, renvoyer=renvoyer)
    with confier(executeur) as ouvriers:
        bilan = sortir(Dossier(dossier), options.maintenant(), demande, ecran, ouvriers)
    for phrase in resumes.production(bilan):
        ecran.dire(phrase)
    if en_json:
        ecran.json(resumes.production_json(bilan))
    else:
        for chemin in bilan.chemins:
            ecran.resultat(chemin)
    if ouvrir:
        ecran.ouvrir(bilan.chemins[:A_OUVRIR])
    sys.exit(bilan.code)


for commande in (historique, annuler, contentieux):  # ici : l'ordre des commandes est celui du guide
    principal.add_command(commande)


@principal.command()
@options.dossier_ici
@options.json
def verifier(dossier: Path, en_json: bool) -> None:
    """Contrôle tout le dossier, et dit quoi corriger et où."""
    from relances_xl.etapes.verifier import Gravite, verdict
    from relances_xl.etapes.verifier import verifier as controler

    ecran = Ecran()
    devant = ecran.interactif and not en_json
    constats = controler(
        Dossier(dossier), options.aujourdhui(), ecran.dire if devant else None, ecran.demander_un_secret if devant else None
    )
    if en_json:
        ecran.json({"verdict": verdict(constats), "constats": [constat.en_dict() for constat in constats]})
    else:
        couleurs = {Gravite.CORRECT: "green", Gravite.ATTENTION: "yellow", Gravite.ERREUR: "red"}
        for constat in constats:
            ecrire(str(constat), fg=couleurs[constat.gravite])
        ecrire(verdict(constats), bold=True)
    sys.exit(2 if any(constat.gravite is Gravite.ERREUR for constat in constats) else 0)


@principal.command()
@options.dossier_ici
def menu(dossier: Path) -> None:
    """Un menu numéroté, d'où tout se lance : il ouvre ce qu'il écrit."""
    from relances_xl.ecran.menu import derouler

    derouler(Dossier(dossier), Ecran(), lambda arguments: principal.main(arguments, standalone_mode=False))


@principal.command()
@click.option("--xlsx", type=options.FICHIER, help="Écrit un classeur, source de publipostage pour Word.")
def champs(xlsx: Path | None) -> None:
    """Les champs de fusion utilisables dans les modèles, avec un exemple de chacun."""
    from relances_xl.etapes import champs as catalogue

    ecran = Ecran()
    if xlsx:
        catalogue.exporter(xlsx)
        ecran.resultat(xlsx)
    else:
        for ligne in catalogue.lignes():
            ecran.resultat(ligne)


@principal.command()
@options.dossier_ici
@options.silencieux
def demo(dossier: Path, silencieux: bool) -> None:
    """Tout le parcours sur l'exemple : nouveau, actualiser, lister, tout approuver, produire."""
    from relances_xl.ecran import resumes
    from relances_xl.etapes.demo import demo as montrer

    ecran = Ecran(silencieux)
    essai = montrer(Dossier(dossier), options.maintenant(), ecran)
    for phrase in (*resumes.liste(essai.liste), *resumes.production(essai.bilan)):
        ecran.dire(phrase)
    ecran.resultat(essai.liste.chemin)
    for chemin in essai.bilan.chemins:
        ecran.resultat(chemin)
    sys.exit(essai.bilan.code)
