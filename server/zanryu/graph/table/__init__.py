"""Claims as a table: a row for each citation of a claim, in CSV or XLSX, exact in both directions."""
