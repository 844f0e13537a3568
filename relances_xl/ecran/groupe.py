"""Le groupe des commandes : les fautes de l'utilisateur s'y montrent sans trace Python, avec leur code de sortie."""

import os
import sys
from typing import Any

import click

from relances_xl.domaine.erreurs import ErreurUtilisateur, ProductionInterrompue, panne
from relances_xl.ecran.terminal import ecrire


class Commandes(click.Group):
    """Montre les fautes de l'utilisateur sans trace Python, et rend 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except ErreurUtilisateur as erreur:
            for faute in erreur.fautes:
                ecrire(f"Erreur : {faute}", err=True, fg="red")
            sys.exit(2)
        except (KeyboardInterrupt, ProductionInterrompue) as arret:
            cause = f" ({arret})" if str(arret) else ""
            ecrire(f"Interrompu{cause} : ce qui est sorti est au journal ; la même commande reprend le reste.", err=True, fg="red")
            sys.exit(1)
        except OSError as erreur:  # une panne en pleine production est déjà une `ProductionInterrompue`
            if os.environ.get("RELANCES_XL_TRACE"):
                raise
            ecrire(f"Erreur : {panne(erreur)}", err=True, fg="red")
            sys.exit(2)
        except Exception as erreur:
            if os.environ.get("RELANCES_XL_TRACE"):
                raise
            ecrire(
                f"Erreur inattendue ({type(erreur).__name__} : {erreur}). Ce qui est sorti est au journal. "
                "Pour l'assistance, recommencez avec la variable RELANCES_XL_TRACE=1.",
                err=True,
                fg="red",
            )
            sys.exit(1)
