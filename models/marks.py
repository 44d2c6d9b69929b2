"""Pieces of translation models' vocabularies that are no text: languages, fillers, masks."""

import re

MARK = re.compile(r"__[a-z]+__|[a-z]{3}_[A-Z][a-z]{3}|madeupword\d+|<(s|pad|mask)>")
