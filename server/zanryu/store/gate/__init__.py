"""The gate: every change is derived, validated, recorded and published, or it did not happen."""
