"""Commands of ``zanryu``, by what they are about, and the options that they share."""
