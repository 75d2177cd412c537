"""Who comes, when, with what patience: named random streams and sampling."""
