"""What the query page asks for beside answers: terms to complete, questions to begin from, reasons."""
