"""Where things happened: the places that have a point, on a base of land and today's borders."""
