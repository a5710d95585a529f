"""Who was with whom: accepted relations between persons, units, academies and groups."""
