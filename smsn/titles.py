"""What a thread's title says: the pair, and how its terms are spelled inside sentences.

Takes a title or texts, gives terms. Must not import spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from smsn import forms
from smsn.terms import in_lower_case

_TITLE_PATTERNS = (
    re.compile(r"(?i)\b(?:differences?|distinction|relationship|comparison)\s+(?:between|of)\s+(?P<a>.+?)\s+(?:and|&|vs\.?|versus)\s+(?P<b>.+)"),
    re.compile(r"(?i)^(?P<a>.+?)\s+(?:vs?\.?|versus)\s+(?P<b>.+)"),
    re.compile(r"(?i)^(?P<a>.+?)\s+(?:and|&)\s+(?P<b>.+?)\s*[:,–—-]\s*(?:what|how|are|is|the (?:same|difference))\b.*"),
)
_TITLE_LEAD = re.compile(r"(?i)^(?:re|on|discussion|topic|subject|title|the great|what is|what's|what are)\b[:\s]*(?=\S)|^(?:the|a|an)\s+")
_TITLE_TAIL = re.compile(r"\s*(?:[|»:?!(\[]|\s[-–—]\s).*$")


def pair_from_title(title: str) -> tuple[str, str] | None:
    """Return the two terms that a title sets side by side, or None.

    >>> pair_from_title("What is the difference between git and GitHub? | A blog")
    ('git', 'GitHub')
    >>> pair_from_title("Tea vs. Coffee: a war - The Daily Cup")
    ('Tea', 'Coffee')
    """
    title = " ".join(title.split())
    for pattern in _TITLE_PATTERNS:
        found = pattern.search(title)
        if found is None:
            continue
        a, b = _TITLE_LEAD.sub("", found["a"]).strip(" \"'“”‘’"), _TITLE_TAIL.sub("", found["b"]).strip(" .\"'“”‘’")
        a = _TITLE_LEAD.sub("", a)
        b = re.sub(r"(?i)^(?:the|a|an)\s+", "", b)
        if a and b and max(len(a.split()), len(b.split())) <= 5 and a.casefold() != b.casefold():
            return a, b
    return None


def pair_in_use(title: str | None, texts: Sequence[str]) -> tuple[str, str] | None:
    """Return the two terms that a title sets side by side, in the usual spelling of the texts; None without any."""
    found = pair_from_title(title) if title else None
    return None if found is None else (usual_spelling(found[0], texts), usual_spelling(found[1], texts))


def usual_spelling(term: str, texts: Iterable[str]) -> str:
    """Return the spelling of `term` that `texts` use most inside sentences.

    A title capitalises: "Social Media" in the title is `social media` in the text, but `GitHub` stays.
    The first word of a sentence does not count; without any use inside a sentence, `term` is returned.
    """
    words = forms.split_words(term)
    pattern = re.compile(r"(?<!\w)" + forms.ended(forms.phrase_pattern(words, {words[-1].lower()})))
    counts: Counter[str] = Counter()
    for text in texts:
        for match in pattern.finditer(in_lower_case(text)):
            before = text[: match.start()].rstrip(" \t\"'“‘(*_")
            if before and before[-1] not in ".!?:\n>•-–":
                counts[text[match.start() : match.end()]] += 1
    if not counts:
        return term
    most = max(counts.values())
    return min((s for s, n in counts.items() if n == most), key=lambda s: (s != term, s))
