"""Search: one folded document per thing, in an index of three letters on both databases.

fold(text)                                the one spelling for comparison and sorting
phone(text, region)                       a telephone number in E.164
put(kind=…, ref_id=…, account_id=…, texts=…)
remove(kind=…, ref_id=…)
find(kind, query, limit=…, after=…)       keys, newest first
document(kind, texts)                     the stored text, for those who write many at once
"""

from __future__ import annotations

from .finding import find, put, remove
from .folding import document, fold, phone, terms

__all__ = ["fold", "phone", "put", "remove", "find", "document", "terms"]
