"""What each article tells: copies and translations, claims, who tells them and who does not."""

from helpers.claims.copies import copies
from helpers.claims.coverage import claims

__all__ = ["claims", "copies"]
