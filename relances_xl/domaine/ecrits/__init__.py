"""Ce qui s'écrit et se lit en français : dates, montants, textes, adresses."""
