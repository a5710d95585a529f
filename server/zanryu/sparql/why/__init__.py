"""Why a row is there: the triples that its query matched for it, and the claims and sources behind them."""
