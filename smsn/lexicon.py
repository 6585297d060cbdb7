"""Which words keep their shape when a text is delexicalised, and the coarse class of the others.

Function words and cue lemmas carry structure and stay; a content word becomes its class, so that what
is learned from one domain holds in another. Imports nothing of smsn, spaCy or scikit-learn.
"""

from __future__ import annotations

from functools import lru_cache

_FUNCTION = """
a an the this that these those some any each every either neither both all most many much more few fewer less least several
no not never nor only just also too even still yet again already ever always often usually sometimes rarely mostly mainly
very really quite rather pretty almost nearly simply basically essentially actually merely totally completely entirely exactly
perhaps maybe probably possibly certainly definitely of course indeed generally technically literally strictly
i me my mine we us our ours you your yours he him his she her hers it its they them their theirs one ones oneself yourself itself themselves
who whom whose which what whatever when whenever where wherever why how whether
is are was were be been being am 's 're 've 'll 'd 'm do does did done doing has have had having
can could may might must shall should will would need ought
and or but so because since although though while whereas if unless until than then therefore thus hence however otherwise instead
of in on at by for with without from to into onto upon about over under above below between among through throughout via across
within inside outside during before after behind beyond against toward towards off out up down as like per plus minus except despite
there here now today first second third last next former latter another other others same such own else
something anything nothing everything someone anyone everyone nobody somebody everybody people thing things
yes no ok okay well oh hey please sorry thanks thank
""".split()

_CUES = {
    "kind": "kind kinds type types sort sorts form forms variety species breed style variant version flavor flavour genre",
    "part": "part parts piece component components aspect element portion step stage member layer subset superset subcategory category branch class field area discipline subfield instance",
    "umbrella": "umbrella broad broader wider larger bigger general generic blanket overarching narrower specific specialized",
    "include": "include includes including included encompass encompasses cover covers contain contains comprise consist consists belong belongs falls fall",
    "tool": "tool tools medium vehicle platform platforms channel channels instrument means device mechanism method methods technique app software equipment machine",
    "activity": "activity action act practice behaviour behavior process task job verb noun",
    "use": "use used using uses user useful",
    "way": "way ways",
    "lead": "lead leads led leading cause causes caused result results create creates produce produces breed breeds drive drives fuel feeds feed trigger triggers grow grows come comes arise stems bring brings turn turns become becomes",
    "enable": "enable enables enabled allow allows allowed let lets make makes made making help helps helped facilitate support supports give gives possible",
    "basis": "basis foundation key root source origin precursor prerequisite requirement backbone groundwork condition",
    "depend": "depend depends rely relies require requires needs needed needing without",
    "together": "together hand complement complements complementary overlap overlaps combine combined blend mutual mutually linked tied connected intertwined related relationship relation pair halves half side sides coin balance symbiotic depend partner",
    "same": "same identical equal equivalent synonym synonyms synonymous interchangeable interchangeably alias",
    "name": "name names named called call calls known term terms word words label labels title stand stands means mean meant meaning refer refers referred define defined definition describe described",
    "differ": "different difference differences differ differs distinct distinction distinguish separate separately opposite unlike contrast unrelated",
    "confuse": "confuse confused confusing confusion conflate conflated mix mixed mistake mistaken wrong lump",
    "think": "think thinks thought believe say says said tell see view consider feel guess know understand agree claim argue assume suppose",
    "ask": "ask question wonder wondering explain answer",
    "praise": "great good nice best excellent awesome interesting article post blog read reading share sharing love",
    "example": "example examples instance eg etc",
}  # fmt: skip

KEPT: dict[str, str] = {word: word for word in _FUNCTION}
KEPT.update({form: lemma for lemma, forms in _CUES.items() for form in forms.split()})
KEPT.update({"are": "is", "was": "is", "were": "is", "'s": "'s", "an": "a", "'re": "is", "am": "is", "'m": "is"})

_SUFFIXES = (
    ("ly", "R"), ("ing", "G"), ("ed", "D"),
    ("tion", "N"), ("sion", "N"), ("ment", "N"), ("ness", "N"), ("ity", "N"), ("ism", "N"), ("ship", "N"), ("ance", "N"), ("ence", "N"), ("hood", "N"),
    ("ist", "N"), ("er", "N"), ("or", "N"), ("logy", "N"),
    ("ful", "J"), ("less", "J"), ("ous", "J"), ("ive", "J"), ("able", "J"), ("ible", "J"), ("ic", "J"), ("al", "J"), ("ish", "J"), ("ary", "J"),
    ("ize", "V"), ("ise", "V"), ("ify", "V"), ("s", "S"),
)  # fmt: skip
_PUNCTUATION = {"!": "!", "?": "?", ".": ".", "…": ".", ",": ",", ";": ";", ":": ":", "(": "(", ")": ")", "/": "/", "=": "=", "-": "-", "–": "-", "—": "-", "&": "and", "+": "+", "*": "*", ">": ">", "<": "<"}

CONTENT = frozenset("RGDNJVSW")
"""The classes of content words that :func:`shape` gives."""


@lru_cache(maxsize=65536)
def shape(word: str) -> str:
    """Return `word` (lower case) as structure sees it: itself, its cue lemma, or a class in capitals.

    Classes: R adverb, G -ing, D -ed, N noun suffix, J adjective suffix, V verb suffix, S plural or third
    person, W any other word, # number, “ quotation mark.

    >>> [shape(w) for w in "the encompasses quickly gardens 12".split()]
    ['the', 'include', 'R', 'S', '#']
    """
    kept = KEPT.get(word)
    if kept is not None:
        return kept
    if word in _PUNCTUATION:
        return _PUNCTUATION[word]
    if word[0].isdigit():
        return "#"
    if not word[0].isalpha():
        return "“"
    if len(word) > 3:
        for suffix, name in _SUFFIXES:
            if word.endswith(suffix):
                return name
    return "W"
