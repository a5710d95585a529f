"""What Wikidata says, as claims that are cited to it."""
