"""Claims on their way to Wikidata: batches without a known trap, and kits for other tools."""
