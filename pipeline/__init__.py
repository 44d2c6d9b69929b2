"""Documents in, aligned bilingual documents and briefs out."""
