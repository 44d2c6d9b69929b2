"""Selection and wording of the brief."""
