"""What each article tells: copies and translations, claims, who tells them and who does not."""

from helpers.claims.copied import copies, groups, matched
from helpers.claims.coverage import claims
from helpers.claims.gaps import alone, missing, voices, whose_word
from helpers.claims.tellings import near_misses, tellings

__all__ = [
    "alone",
    "claims",
    "copies",
    "groups",
    "matched",
    "missing",
    "near_misses",
    "tellings",
    "voices",
    "whose_word",
]
