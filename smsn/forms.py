"""The forms in which one term is written: number, verb forms, hyphens, case, initialisms, short forms.

Takes a term, gives regular expressions. It over-generates on purpose ("analysises" is harmless: nobody
writes it). The libraries that know English inflection were tried and cost too much at import: inflect
3 s, lemminflect loads spaCy, and the view must be read without it. Imports nothing of smsn.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Words that are also ordinary English words in lower case: a term such as "IT" or "Go" is then matched with its case.
_ORDINARY = frozenset("it us who or and go no is as am an at be by do he if in me my of on so to up we act all any can may now out".split())
# Words that begin many a compound and stand for none: not to be taken for a term by themselves.
_GENERAL = frozenset(
    "first second third good best better great small large high long short full open free real true main basic common general public private social personal "
    "part full time work online digital mobile modern early late young white black single double mixed direct final total daily local global".split()
)
_VOWELS = "aeiou"
_SEPARATOR = r"[\s\-‐‑–_]+"
FENCE = r"(?![\w+#]|['’][a-rt-z])"
"""What ends a form: no letter, digit or sign of a name behind it, and no apostrophe but that of a genitive."""

_ACRONYM_MAX = 6


def number_forms(word: str) -> set[str]:
    """Return `word` (lower case) with its likely singulars and plurals.

    >>> sorted(number_forms("library"))
    ['libraries', 'library']
    >>> sorted(number_forms("tactics"))
    ['tactic', 'tactics', 'tacticses']
    """
    forms = {word}
    if len(word) < 3 or not word.isalpha():
        forms.add(word + "s")
        return forms
    if word.endswith("y") and word[-2] not in _VOWELS:
        forms.add(word[:-1] + "ies")
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        forms.add(word + "es")
    else:
        forms.add(word + "s")
    if word.endswith("ies") and len(word) > 4:
        forms.add(word[:-3] + "y")
    elif word.endswith(("ses", "xes", "zes", "ches", "shes")):
        forms.update((word[:-2], word[:-1]))
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        forms.add(word[:-1])
    return forms


def base_form(term: str) -> str:
    """Return the term in lower case with its last word in the singular: one key for all its spellings.

    >>> base_form("Social-Networks")
    'social network'
    """
    words = [word.lower() for word in split_words(term)]
    return " ".join([*words[:-1], min(number_forms(words[-1]), key=lambda form: (len(form), form))])


def verb_forms(word: str) -> set[str]:
    """Return the forms that share a verb stem with `word`: "networking" gives network, networks, networked.

    Only words in -ing are taken apart, since a bare noun is seldom meant as a verb.

    >>> "network" in verb_forms("networking") and "plan" in verb_forms("planning")
    True
    """
    if not word.endswith("ing") or len(word) < 6:
        return set()
    stem = word[:-3]
    stems = {stem}
    if stem[-1] == stem[-2]:
        stems.add(stem[:-1])
    if stem[-1] not in _VOWELS:
        stems.add(stem + "e")
    forms: set[str] = set()
    for base in stems:
        forms |= number_forms(base)
        forms.add(base + ("d" if base.endswith("e") else "ed"))
    return forms


def phrase_pattern(words: list[str], last_forms: set[str]) -> str:
    """Return a regular expression for `words` whose last word takes any of `last_forms`."""
    last = "|".join(re.escape(form) for form in sorted(last_forms, key=lambda form: (-len(form), form)))
    first = [re.escape(word.lower()) for word in words[:-1]]
    return _SEPARATOR.join([*first, f"(?:{last})"])


def ended(pattern: str) -> str:
    """Return `pattern` fenced so that it ends where a word ends ("C" is not found in "C++" or "CSS").

    Where it begins is for the caller to check: a fence in front would keep the search from leaping to the first letter.
    """
    return rf"(?:{pattern}){FENCE}"


def split_words(term: str) -> list[str]:
    """Return the words of `term`, split at blanks, hyphens and underscores.

    >>> split_words("let's-play video")
    ["let's", 'play', 'video']
    """
    return [word for word in re.split(_SEPARATOR, term.strip()) if word]


def is_cased(term: str) -> bool:
    """Return whether `term` is known by its capitals only, being an ordinary word in lower case ("IT", "Go")."""
    return len(split_words(term)) == 1 and term.lower() in _ORDINARY and term != term.lower()


def literal_patterns(term: str) -> list[str]:
    """Return the patterns, over text in lower case, of the term itself: any hyphenation, singular and plural."""
    words = split_words(term)
    patterns = [ended(phrase_pattern(words, number_forms(words[-1].lower())))]
    if len(words) > 1:
        patterns.append(ended(re.escape("".join(words).lower())))
    return patterns


_SUFFIXES = (
    "isation ization ation ition ution ction sion tion ician ment ness ance ence ancy ency ship hood ical ics ist ism ity ing age ery er or al ive ous ion y"
).split()


def family_pattern(word: str) -> str | None:
    """Return the pattern of the words of one family with `word`: "persuasion" also finds persuade, persuasive.

    A long stem stands for all words that begin with it, a short one for its own inflections only.

    >>> bool(re.fullmatch(family_pattern("procrastination"), "procrastinate"))
    True
    >>> bool(re.fullmatch(family_pattern("laziness"), "lazy"))
    True
    """
    suffix = next((s for s in _SUFFIXES if word.endswith(s) and len(word) - len(s) >= 3), None)
    if suffix is None:
        return None
    stem = word[: -len(suffix)]
    if stem.endswith("i") and suffix == "ness":
        return rf"{re.escape(stem[:-1])}(?:y|ier|iest|ily)"
    if len(stem) >= 5:
        return rf"{re.escape(stem)}\w{{0,6}}"
    return "|".join(re.escape(form) for form in sorted(number_forms(stem) | number_forms(stem + "e") | {stem + "ed", stem + "ing"}))


def derived_patterns(term: str) -> list[str]:
    """Return the patterns of forms that share the stem of the term's last word ("social network", "persuade")."""
    words = split_words(term)
    last = words[-1].lower()
    forms = verb_forms(last) | kindred_forms(last)
    found = [ended(phrase_pattern(words, forms))] if forms else []
    family = family_pattern(last)
    if family:
        found.append(ended(_SEPARATOR.join([*(re.escape(w.lower()) for w in words[:-1]), f"(?:{family})"])))
    return found


def kindred_forms(word: str) -> set[str]:
    """Return the doers and the doings of a word, and the -ist of an -ism: "design" gives designer, "deism" deist.

    >>> {"designer", "designing"} <= kindred_forms("design") and "deists" in kindred_forms("deism")
    True
    """
    if word.endswith(("ism", "ist")) and len(word) >= 5:
        return {word[:-3] + ending for ending in ("ism", "isms", "ist", "ists", "istic")} - {word}
    if len(word) < 4 or not word.isalpha() or word.endswith(("ing", "s", "er", "or")):
        return set()
    stem = word[:-1] if word.endswith("e") else word
    return {stem + ending for ending in ("er", "ers", "ing", "ed")}


def clipping_pattern(word: str) -> str | None:
    """Return the pattern of the clipped plurals of a long word: "statistics" is also "stats", "specification" "specs".

    >>> bool(re.fullmatch(clipping_pattern("statistics"), "stats"))
    True
    """
    clipped = [word[:n] + "s" for n in (4, 5) if word[n - 1] not in _VOWELS] if len(word) >= 8 and word.isalpha() else []
    return ended("|".join(clipped)) if clipped else None


def initialism(term: str) -> str | None:
    """Return the initialism of a term of several words, else None.

    >>> initialism("machine learning")
    'ML'
    """
    words = split_words(term)
    letters = "".join(word[0] for word in words if word[0].isalpha()).upper()
    return letters if 2 <= len(letters) == len(words) and letters.lower() not in _ORDINARY else None


def long_form(term: str, text: str) -> str | None:
    """Return the words of `text` that spell out the acronym `term`, else None.

    A simplification of Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation
    definitions in biomedical text": initials only, and the acronym must stand in or before brackets,
    be said to stand for the words, or have three letters or more of which the first and the last are capitals in the words.

    >>> long_form("UI", "The user interface (UI) is what you see.")
    'user interface'
    >>> long_form("PAYG", "Here it is called Pay as you Go.")
    'Pay as you Go'
    """
    if not spelling_patterns(term):
        return None
    found = _spelled_out(term).search(text)
    return next((group for group in found.groups() if group), None) if found else None


def spelling_patterns(term: str) -> list[str]:
    """Return the patterns, over text in either case, of an acronym beside the words that it stands for, which are their group; none for another term."""
    if not (term.isalpha() and term.isupper() and 2 <= len(term) <= _ACRONYM_MAX):
        return []
    words = _SEPARATOR.join(rf"{letter}\w+" for letter in term)
    acronym = re.escape(term)
    return [rf"\b({words})\s*\(\s*{acronym}\s*\)", rf"\b{acronym}\s*\(\s*({words})\s*\)", rf"\b{acronym}\s+(?:stands for|is short for|means)\s+({words})\b"]


@lru_cache(maxsize=4096)
def _spelled_out(term: str) -> re.Pattern[str]:
    return re.compile(rf"(?i:{'|'.join(spelling_patterns(term))})|\b({capitals_pattern(term) or '(?!)'})\b")


def capitals_pattern(term: str) -> str | None:
    """Return the pattern of words in capitals that an acronym of three letters or more may stand for, else None."""
    if not (term.isalpha() and term.isupper() and 3 <= len(term) <= _ACRONYM_MAX):
        return None
    return _SEPARATOR.join([rf"{term[0]}\w+", *(rf"(?i:{letter})\w*" for letter in term[1:-1]), rf"{term[-1]}\w+"])


def short_form(term: str, other: str) -> str | None:
    """Return the one word that may stand for `term` once the pair is clear, else None.

    That is its head; where both terms have the same head, the word that tells them apart.

    >>> short_form("social media", "social networking")
    'media'
    >>> short_form("adjustable wrench", "wrench")
    'adjustable'
    >>> short_form("B+ tree", "B tree")
    'b+'
    """
    words = [word.lower() for word in split_words(term)]
    others = set().union(*(number_forms(word.lower()) for word in split_words(other)))
    if len(words) < 2:
        return None
    own = [word for word in words if (len(word) >= 4 or not word.isalpha()) and number_forms(word).isdisjoint(others)]
    return own[-1] if own else None


def short_patterns(term: str, other: str) -> list[str]:
    """Return the patterns of what may stand for `term` once the pair is clear: its head in all forms, or a clipping."""
    head = short_form(term, other)
    if head is None:
        clipping = clipping_pattern(split_words(term)[-1].lower()) if len(split_words(term)) == 1 else None
        return [clipping] if clipping else []
    forms = number_forms(head) | verb_forms(head)
    others = set().union(*(number_forms(word.lower()) for word in split_words(other)))
    first = split_words(term)[0].lower()
    if len(first) >= 4 and first not in _GENERAL and first not in others:
        forms.add(first)  # "a wire" is a wire transfer, "the Sicilian" a Sicilian Defence
    if head.endswith(("able", "ible")) and len(head) > 7:  # "callable" is what one can call
        forms |= {head[:-4] + ending for ending in ("", "s", "e", "es", "ed", "ing")}
    return [ended("|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form))))]
