"""Cues: patterns as data, each with an example, a counter-example and where it comes from.

A cue is a regular expression over the *masked words* of one sentence joined by blanks, in which any of
the two terms is ``T``. It names the relation that the words usually show; the view model learns how
far to trust it. Imports nothing of smsn, spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Cue:
    """One pattern.

    Parameters
    ----------
    name : str
        Name of the feature that a match gives.
    pattern : str
        Regular expression over lower-case words joined by single blanks; ``T`` is a term.
    example, counter : str
        Masked sentences that must and must not match (a test runs both).
    source : str
        Where the pattern comes from.
    """

    name: str
    pattern: str
    example: str
    counter: str
    source: str = "written for smsn"

    @property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern, fenced at word borders."""
        return _compiled(self.pattern)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


_BE = r"(?:is|are|was|were|be|being|'s|'re)"
_ADV = r"(?:(?:just|really|basically|simply|only|essentially|actually|merely|also|always|often|usually|still|both|all|pretty much|kind of|sort of|more or less|in effect|technically|literally|practically|generally|now|then|therefore|largely|mostly|partly|probably|nothing but|nothing more than|no more than) ){0,2}"
_HEARST = "after Hearst (1992), Automatic acquisition of hyponyms from large text corpora"

VIEW_CUES: tuple[Cue, ...] = (
    # subset
    Cue("kind-of", r"(?:kinds?|types?|forms?|sorts?|variet(?:y|ies)|species|breeds?|brands?|flavou?rs?|styles?|variants?|versions?) of (?:\S+ ){0,2}T",
        "T is a kind of T", "T is kind of boring", _HEARST),
    Cue("part-of", r"(?:parts?|pieces?|components?|portions?|aspects?|elements?|steps?|stages?|slices?|segments?|chapters?|layers?|members?) (?:of|in|within) (?:\S+ ){0,2}T",
        "T is one part of the T", "for my part i love T", _HEARST),
    Cue("subset-noun", r"(?:sub ?- ?)?(?:subsets?|sub(?:categor(?:y|ies)|genres?|types?|fields?|class(?:es)?|disciplines?|groups?|sections?)|branch(?:es)?|categor(?:y|ies)|class(?:es)?|fields?|areas?|special cases?|instances?|examples?|specie) of (?:\S+ ){0,2}T",
        "T is a subset of T", "a branch of the tree"),
    Cue("umbrella", r"(?:umbrella|catch ?- ?all|overarching|generic|blanket|broad(?:er)?|wider|larger|bigger|general) (?:\S+ )?(?:term|category|heading|concept|word|name|field|group|label|class|discipline|thing)",
        "T is the umbrella term", "a broad shoulder"),
    Cue("includes", rf"T {_ADV}(?:includes?|including|encompass(?:es)?|covers?|contains?|comprises?|consists? of|subsumes?)",
        "T includes T and more", "does that include tax"),
    Cue("falls-under", r"(?:falls?|fall|comes?|goes|belongs?|sits?|filed|counts?|classed|counted|listed) (?:\S+ ){0,2}(?:under|in|into|within|as|to|among) (?:\S+ ){0,2}T",
        "T falls under T", "the rain falls under the roof"),
    Cue("all-are-not-all", rf"(?:all|every|each|any) (?:\S+ ){{0,2}}T {_BE} (?:\S+ ){{0,3}}T",
        "all T are T but not all T are T", "all T are good"),
    Cue("not-all", r"not (?:all|every|each) (?:\S+ )?T", "not all T is T", "not at all"),
    Cue("such-as", r"T (?:\S+ ){0,2}(?:such as|like|including|especially|e . g) (?:\S+ ){0,3}T", "T such as T", "T is such a bore", _HEARST),
    Cue("and-other", r"T (?:,|and|or) (?:and |or )?(?:other|similar|related) (?:\S+ ){0,1}T", "T and other T", "T and the other guy", _HEARST),
    Cue("is-a-term", rf"T {_BE} {_ADV}(?:an?|one) (?:\S+ )?T", "T is a T", "T is a tool"),
    # tool-use
    Cue("tool-noun", r"(?:tools?|vehicles?|mediums?|channels?|platforms?|instruments?|means|medium|conduits?|mechanisms?|machinery|equipment|device|apparatus)",
        "T is the tool", "T is a toy"),
    Cue("do-with", r"(?:do|does|doing|done|did|happens|happen) (?:\S+ ){0,2}(?:with|on|in|using|through|over|via) (?:it|them|that|T|one)",
        "T is what you do with it", "nothing to do with me"),
    Cue("used-for", r"(?:used?|using|uses|employed|needed) (?:\S+ ){0,4}(?:for|to do|to make|in) (?:\S+ ){0,2}T", "T is used for T", "used to be nice"),
    Cue("via", r"(?:through|via|using|by means of|with the help of|by way of) (?:\S+ ){0,1}T", "they do T through T", "go through the door"),
    # enables
    Cue("leads-to", r"(?:leads?|led|leading|contributes?|gives? rise|gave rise|paves? the way|opens? the door|adds?|turns?|results?|translates?) (?:\S+ ){0,1}(?:to|for|into|in) (?:\S+ ){0,3}T",
        "T leads to T", "who leads here"),
    Cue("makes-possible", r"(?:makes?|made|making|allows?|allowed|enables?|enabled|enabling|lets?|facilitates?|supports?|powers?|drives?|fuels?|feeds?|breeds?|brings?|creates?|produces?|generates?|causes?|caused|triggers?|sparks?|fosters?|promotes?|improves?|encourages?) (?:\S+ ){0,4}(?:T|possible)",
        "T makes T possible", "T makes no sense"),
    Cue("foundation", r"(?:foundations?|basis|bedrock|backbone|groundwork|root|roots|seed|source|engine|driver|enabler|precursor|prerequisite|precondition|requirement|key|gateway|stepping stone|cause|origin) (?:\S+ ){0,1}(?:of|for|to|behind)",
        "T is the foundation of T", "the key was lost"),
    Cue("without", r"(?:without (?:\S+ ){0,2}T|no T without|can not (?:\S+ ){0,2}without)", "there is no T without T", "without a doubt"),
    Cue("comes-from", r"(?:comes?|came|grows?|grew|stems?|born|arises?|arose|results?|follows?|derives?|derived|flows?|emerges?|emerged|evolved?|rests?|depends?|relies|rely|hinges?|built|based) (?:\S+ ){0,1}(?:from|out of|on|upon|of) (?:\S+ ){0,3}T",
        "T grows out of T", "he comes from Ohio"),
    Cue("because-of", r"(?:because of|due to|thanks to|owing to|as a result of|caused by|driven by|made possible by) (?:\S+ ){0,2}T", "T is there thanks to T", "because it rains"),
    # complement
    Cue("hand-in-hand", r"(?:hand (?:in|and) (?:hand|glove)|side by side|in tandem|together|intertwined|interconnected|interlinked|interdependent|linked|tied|overlap(?:s|ping|ped)?|complement(?:s|ary|ing)?|synerg\S+|blend\S*|combin\S+|pair(?:s|ed)? (?:well )?with|reinforc\S+|feed (?:off|into) each other|two (?:halves|sides)|same coin|symbio\S+|balance\S*|mutual\S*|each other|one another|both ways|work with)",
        "T and T go hand in hand", "the hand is cold"),
    Cue("need-both", r"(?:need|needs|want|require|requires|use|take|takes) (?:\S+ ){0,2}(?:both|each other|one another|the other)", "you need both", "I need it"),
    # synonym
    Cue("same-thing", rf"(?:{_BE}|mean|means|meaning|as|do|does|describe|refer to) {_ADV}(?:exactly |much |one and |roughly |all )?the (?:exact |very )?same(?: (?:thing|animal|concept|stuff|beast|idea|word|product|dish|plant))?",
        "they are the same thing", "at the same time"),
    Cue("interchangeable", r"(?:interchangeabl[ey]|synonym\S*|equivalent|identical|equals?|one and the same|no (?:real |actual |practical |meaningful )?difference|no distinction|same difference|indistinguishable|two (?:names|words|terms|labels) for|another (?:name|word|term) for|other name|different (?:name|names|word|words) for|fancy (?:name|word|term) for|new name|old name|alternative name|also (?:known|called)|a . k . a|aka|or as (?:some|they|we))",
        "the two are interchangeable", "the same time"),
    Cue("called", r"(?:called|known as|named|renamed|rebranded|referred to as|say|says|call it|call them|spelled|translates?|abbreviat\S+|short for|stands for|i . e) (?:\S+ ){0,2}T",
        "T is called T in the north", "he called me"),
    Cue("or-apposition", r"T (?:, )?(?:or|/|\() (?:\S+ )?T", "T ( T ) is cheap", "T or not"),
    # distinct
    Cue("differ", r"(?:differ\S*|distinct\S*|distinguish\S*|contrast\S*|unlike|unrelated|opposite\S*|separate\S*|apart|other way|versus|vs|confus\S+|conflat\S+|mix(?:ed|ing|es)? (?:\S+ ){0,2}up|mistak\S+|mistook|lump\S*|tell (?:\S+ ){0,2}apart|apples and oranges)",
        "T and T are quite different", "indifferent people"),
    Cue("not-term", rf"T {_BE} not (?:\S+ ){{0,3}}T", "T is not T", "T is not good"),
    Cue("nothing-to-do", r"nothing to do with|(?:not|n't) (?:\S+ )?(?:the same|interchangeable|synonym\S*|equal|equivalent|identical|related)", "T has nothing to do with T", "do with it"),
    Cue("whereas", r"(?:whereas|while T|whilst|on the other hand|by contrast|in contrast|conversely|meanwhile|instead of|rather than|as opposed to|compared (?:to|with)|the other (?:is|one|has|does))", "T is paid whereas T is free", "a while ago"),
    Cue("comparative", r"(?:\S+er|more \S+|less \S+|fewer \S+) than (?:\S+ ){0,2}T", "T is harder than T", "more than enough"),
    # none
    Cue("asks", r"(?:what|which|how|why|does|do|is|are|can|could|would|should|anyone|any|whats) .*\?", "what is the difference between T and T ?", "T is T"),
    Cue("thanks", r"(?:thanks?|thank you|thx|great (?:post|article|read|job|info\S*|points?|blog|stuff)|nice (?:post|article|read|blog|points?)|good (?:post|article|read|points?|stuff)|well (?:said|written|put|explained)|love (?:this|the)|enjoyed|helpful|bookmark\S*|sharing|interesting|kudos|insightful)",
        "thanks for the great post", "T is T"),
    Cue("reported", r"(?:people|many|some|most|everyone|everybody|they|folks|others|somebody|someone) (?:\S+ ){0,3}(?:think|say|says|said|believe|claim|argue|use|uses|call|confuse|assume|insist|treat|tend)",
        "many people think T is T", "I think so"),
    Cue("dont-know", r"(?:not (?:sure|know|certain|understand|get)|no idea|wonder\S*|unsure|curious|confused about|hard to say|depends)", "i do not know", "i know"),
    Cue("turn", r"(?:but|however|yet|although|though|nevertheless|still|except|even so|that said|having said)", "T is T but not here", "T and T"),
    Cue("agree", r"(?:agree\S*|exactly|this|yes|yep|right|true|indeed|like|as) (?:\S+ ){0,2}(?:said|says|wrote|put it|does|with|is right|above|pointed)", "i agree with what ruth said", "she sings"),
)  # fmt: skip
"""The cues of the view model, in the order of the table of views."""
