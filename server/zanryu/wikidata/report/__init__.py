"""What Wikidata has, lacks or contradicts: the report, and its pages."""
