"""Des cellules aux échéances : valeurs, signes, reste dû, lettrage, FEC, explications."""
