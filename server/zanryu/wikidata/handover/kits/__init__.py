"""Files for the tools of Wikidata's editors: OpenRefine, Mix'n'match, Mismatch Finder."""
