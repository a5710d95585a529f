"""The pages of things: statements in the order of the shapes, and for each claim a card with its proof."""
