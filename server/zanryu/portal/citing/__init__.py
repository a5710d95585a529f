"""How to cite a work, a page, a claim or the result of a query: items of CSL-JSON and what they become."""
