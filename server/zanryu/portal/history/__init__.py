"""The history for people and programs: what was changed, when, by whom and why."""
