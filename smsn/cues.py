"""Cues: patterns as data, each with an example, a counter-example and where it comes from.

A cue is a regular expression over the *masked words* of one sentence joined by blanks, in which any of
the two terms is ``T``. It names the relation that the words usually show; the view model learns how
far to trust it. Imports nothing of smsn, spaCy or scikit-learn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property


@dataclass(frozen=True)
class Cue:
    """One pattern.

    Parameters
    ----------
    name : str
        Name of the feature that a match gives.
    words : str
        Regular expression of one word that every match holds; a sentence without such a word is not searched.
    pattern : str
        Regular expression over lower-case words joined by single blanks; ``T`` is a term.
    example, counter : str
        Masked sentences that must and must not match (a test runs both).
    source : str
        Where the pattern comes from.
    mentions : int
        How many mentions a match has at least; a sentence with fewer is not searched.
    also : str
        Regular expression of a further word that every match holds; without one, any will do.
    """

    name: str
    words: str
    pattern: str
    example: str
    counter: str
    source: str = "written for smsn"
    mentions: int = 0
    also: str = ""

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern, over words with a blank before and behind each; a match begins with a blank."""
        return re.compile(f" (?:{self.pattern})(?= )")

    def match(self, words: str) -> re.Match[str] | None:
        """Return the first match in words joined by single blanks, with a blank at either end."""
        return self.regex.search(words)


_BE = r"(?:is|are|was|were|be|being|'s|'re)"
_ADV = r"(?:(?:just|really|basically|simply|only|essentially|actually|merely|also|always|often|usually|still|both|all|pretty much|kind of|sort of|more or less|in effect|technically|literally|practically|generally|now|then|therefore|largely|mostly|partly|probably|nothing but|nothing more than|no more than) ){0,2}"
_HEARST = "after Hearst (1992), Automatic acquisition of hyponyms from large text corpora"

VIEW_CUES: tuple[Cue, ...] = (
    # subset
    Cue("kind-of", r"kinds?|types?|forms?|sorts?|variet(?:y|ies)|species|breeds?|brands?|flavou?rs?|styles?|variants?|versions?",
        r"(?:kinds?|types?|forms?|sorts?|variet(?:y|ies)|species|breeds?|brands?|flavou?rs?|styles?|variants?|versions?) of (?:\S+ ){0,2}T",
        "T is a kind of T", "T is kind of boring", _HEARST, mentions=1),
    Cue("part-of", r"parts?|pieces?|components?|portions?|aspects?|elements?|steps?|stages?|slices?|segments?|chapters?|layers?|members?",
        r"(?:parts?|pieces?|components?|portions?|aspects?|elements?|steps?|stages?|slices?|segments?|chapters?|layers?|members?) (?:of|in|within) (?:\S+ ){0,2}T",
        "T is one part of the T", "for my part i love T", _HEARST, mentions=1),
    Cue("subset-noun", r"sub\w*|branch(?:es)?|categor(?:y|ies)|class(?:es)?|fields?|areas?|cases?|instances?|examples?|specie|types?|fields?|groups?|sections?",
        r"(?:sub ?- ?)?(?:subsets?|sub(?:categor(?:y|ies)|genres?|types?|fields?|class(?:es)?|disciplines?|groups?|sections?)|branch(?:es)?|categor(?:y|ies)|class(?:es)?|fields?|areas?|special cases?|instances?|examples?|specie) of (?:\S+ ){0,2}T",
        "T is a subset of T", "a branch of the tree", mentions=1),
    Cue("umbrella", "term|category|heading|concept|word|name|field|group|label|class|discipline|thing",
        r"(?:umbrella|catch ?- ?all|overarching|generic|blanket|broad(?:er)?|wider|larger|bigger|general) (?:\S+ )?(?:term|category|heading|concept|word|name|field|group|label|class|discipline|thing)",
        "T is the umbrella term", "a broad shoulder",
        also=r"umbrella|catch|overarching|generic|blanket|broad|broader|wider|larger|bigger|general"),
    Cue("includes", r"includ\w*|encompass\w*|covers?|contains?|comprises?|consists?|subsumes?",
        rf"T {_ADV}(?:includes?|including|encompass(?:es)?|covers?|contains?|comprises?|consists? of|subsumes?)",
        "T includes T and more", "does that include tax", mentions=1),
    Cue("falls-under", "falls?|comes?|goes|belongs?|sits?|filed|counts?|classed|counted|listed",
        r"(?:falls?|fall|comes?|goes|belongs?|sits?|filed|counts?|classed|counted|listed) (?:\S+ ){0,2}(?:under|in|into|within|as|to|among) (?:\S+ ){0,2}T",
        "T falls under T", "the rain falls under the roof", mentions=1),
    Cue("all-are-not-all", "all|every|each|any", rf"(?:all|every|each|any) (?:\S+ ){{0,2}}T {_BE} (?:\S+ ){{0,3}}T",
        "all T are T but not all T are T", "all T are good", mentions=2),
    Cue("not-all", "not", r"not (?:all|every|each) (?:\S+ )?T",
        "not all T is T", "not at all", mentions=1),
    Cue("such-as", "such|like|including|especially|e",
        r"T (?:\S+ ){0,2}(?:such as|like|including|especially|e . g) (?:\S+ ){0,3}T",
        "T such as T", "T is such a bore", _HEARST, mentions=2),
    Cue("and-other", "other|similar|related", r"T (?:,|and|or) (?:and |or )?(?:other|similar|related) (?:\S+ ){0,1}T",
        "T and other T", "T and the other guy", _HEARST, mentions=2),
    Cue("is-a-term", "an?|one", rf"T {_BE} {_ADV}(?:an?|one) (?:\S+ )?T",
        "T is a T", "T is a tool", mentions=2,
        also=r"is|are|was|were|be|being|'s|'re"),
    # tool-use
    Cue("tool-noun", "tools?|vehicles?|mediums?|channels?|platforms?|instruments?|means|conduits?|mechanisms?|machinery|equipment|device|apparatus",
        r"(?:tools?|vehicles?|mediums?|channels?|platforms?|instruments?|means|medium|conduits?|mechanisms?|machinery|equipment|device|apparatus)",
        "T is the tool", "T is a toy"),
    Cue("do-with", "do|does|doing|done|did|happens?",
        r"(?:do|does|doing|done|did|happens|happen) (?:\S+ ){0,2}(?:with|on|in|using|through|over|via) (?:it|them|that|T|one)",
        "T is what you do with it", "nothing to do with me",
        also=r"with|on|in|using|through|over|via"),
    Cue("used-for", r"used?|using|uses|employed|needed",
        r"(?:used?|using|uses|employed|needed) (?:\S+ ){0,4}(?:for|to do|to make|in) (?:\S+ ){0,2}T",
        "T is used for T", "used to be nice", mentions=1),
    Cue("via", "through|via|using|means|help|way",
        r"(?:through|via|using|by means of|with the help of|by way of) (?:\S+ ){0,1}T",
        "they do T through T", "go through the door", mentions=1),
    # enables
    Cue("leads-to", r"leads?|led|leading|contributes?|gives?|gave|paves?|opens?|adds?|turns?|results?|translates?",
        r"(?:leads?|led|leading|contributes?|gives? rise|gave rise|paves? the way|opens? the door|adds?|turns?|results?|translates?) (?:\S+ ){0,1}(?:to|for|into|in) (?:\S+ ){0,3}T",
        "T leads to T", "who leads here", mentions=1),
    Cue("makes-possible", r"ma[kd]\w+|allow\w*|enabl\w+|lets?|facilitates?|supports?|powers?|drives?|fuels?|feeds?|breeds?|brings?|creates?|produces?|generates?|caus\w+|triggers?|sparks?|fosters?|promotes?|improves?|encourages?",
        r"(?:makes?|made|making|allows?|allowed|enables?|enabled|enabling|lets?|facilitates?|supports?|powers?|drives?|fuels?|feeds?|breeds?|brings?|creates?|produces?|generates?|causes?|caused|triggers?|sparks?|fosters?|promotes?|improves?|encourages?) (?:\S+ ){0,4}(?:T|possible)",
        "T makes T possible", "T makes no sense"),
    Cue("foundation", "foundations?|basis|bedrock|backbone|groundwork|roots?|seed|source|engine|driver|enabler|precursor|prerequisite|precondition|requirement|key|gateway|stone|cause|origin",
        r"(?:foundations?|basis|bedrock|backbone|groundwork|root|roots|seed|source|engine|driver|enabler|precursor|prerequisite|precondition|requirement|key|gateway|stepping stone|cause|origin) (?:\S+ ){0,1}(?:of|for|to|behind)",
        "T is the foundation of T", "the key was lost"),
    Cue("without", "without", r"(?:without (?:\S+ ){0,2}T|no T without|can not (?:\S+ ){0,2}without)",
        "there is no T without T", "without a doubt"),
    Cue("comes-from", r"comes?|came|grows?|grew|stems?|born|arises?|arose|results?|follows?|derives?|derived|flows?|emerges?|emerged|evolved?|rests?|depends?|relies|rely|hinges?|built|based",
        r"(?:comes?|came|grows?|grew|stems?|born|arises?|arose|results?|follows?|derives?|derived|flows?|emerges?|emerged|evolved?|rests?|depends?|relies|rely|hinges?|built|based) (?:\S+ ){0,1}(?:from|out of|on|upon|of) (?:\S+ ){0,3}T",
        "T grows out of T", "he comes from Ohio", mentions=1),
    Cue("because-of", r"because|due|thanks|owing|result|caused|driven|possible",
        r"(?:because of|due to|thanks to|owing to|as a result of|caused by|driven by|made possible by) (?:\S+ ){0,2}T",
        "T is there thanks to T", "because it rains", mentions=1),
    # complement
    Cue("hand-in-hand", r"hand|side|tandem|together|inter\w+|linked|tied|overlap\w*|complement\w*|synerg\w*|blend\w*|combin\w*|pairs?|paired|reinforc\w*|feed|halves|sides|coin|symbio\w*|balance\w*|mutual\w*|each|another|ways|work",
        r"(?:hand (?:in|and) (?:hand|glove)|side by side|in tandem|together|intertwined|interconnected|interlinked|interdependent|linked|tied|overlap(?:s|ping|ped)?|complement(?:s|ary|ing)?|synerg\S+|blend\S*|combin\S+|pair(?:s|ed)? (?:well )?with|reinforc\S+|feed (?:off|into) each other|two (?:halves|sides)|same coin|symbio\S+|balance\S*|mutual\S*|each other|one another|both ways|work with)",
        "T and T go hand in hand", "the hand is cold"),
    Cue("need-both", "both|each|one|other",
        r"(?:need|needs|want|require|requires|use|take|takes) (?:\S+ ){0,2}(?:both|each other|one another|the other)",
        "you need both", "I need it",
        also=r"needs?|want|requires?|use|takes?"),
    # synonym
    Cue("same-thing", "same",
        rf"(?:{_BE}|mean|means|meaning|as|do|does|describe|refer to) {_ADV}(?:exactly |much |one and |roughly |all )?the (?:exact |very )?same(?: (?:thing|animal|concept|stuff|beast|idea|word|product|dish|plant))?",
        "they are the same thing", "at the same time"),
    Cue("interchangeable", r"interchangeabl[ey]|synonym\w*|equivalent|identical|equals?|difference|distinction|same|indistinguishable|names?|words?|terms?|labels|called|known|k|aka",
        r"(?:interchangeabl[ey]|synonym\S*|equivalent|identical|equals?|one and the same|no (?:real |actual |practical |meaningful )?difference|no distinction|same difference|indistinguishable|two (?:names|words|terms|labels) for|another (?:name|word|term) for|other name|different (?:name|names|word|words) for|fancy (?:name|word|term) for|new name|old name|alternative name|also (?:known|called)|a . k . a|aka)",
        "the two are interchangeable", "the same time",
        also=r"interchangeabl[ey]|synonym\w*|equivalent|identical|equals?|indistinguishable|aka|no|same|names?|words?|terms?|labels|also|k"),
    Cue("called", r"called|known|named|renamed|rebranded|referred|says?|call|spelled|translates?|abbreviat\w*|short|stands|e",
        r"(?:called|known as|named|renamed|rebranded|referred to as|say|says|call it|call them|spelled|translates?|abbreviat\S+|short for|stands for|i . e) (?:\S+ ){0,2}T",
        "T is called T in the north", "he called me", mentions=1),
    Cue("or-apposition", r"or|/|\(", r"T (?:, )?(?:or|/|\() (?:\S+ )?T",
        "T ( T ) is cheap", "T or not", mentions=2),
    # distinct
    Cue("differ", r"differ\w*|distinct\w*|distinguish\w*|contrast\w*|unlike|unrelated|opposite\w*|separate\w*|apart|other|versus|vs|confus\w+|conflat\w+|mix\w*|mistak\w+|mistook|lump\w*|tell|apples",
        r"(?:differ\S*|distinct\S*|distinguish\S*|contrast\S*|unlike|unrelated|opposite\S*|separate\S*|apart|other way|versus|vs|confus\S+|conflat\S+|mix(?:ed|ing|es)? (?:\S+ ){0,2}up|mistak\S+|mistook|lump\S*|tell (?:\S+ ){0,2}apart|apples and oranges)",
        "T and T are quite different", "indifferent people"),
    Cue("not-term", "not", rf"T {_BE} not (?:\S+ ){{0,3}}T",
        "T is not T", "T is not good", mentions=2),
    Cue("nothing-to-do", "nothing|not",
        r"nothing to do with|(?:not|n't) (?:\S+ )?(?:the same|interchangeable|synonym\S*|equal|equivalent|identical|related)",
        "T has nothing to do with T", "do with it",
        also=r"nothing|same|interchangeable|synonym\w*|equal|equivalent|identical|related"),
    Cue("whereas", "whereas|while|whilst|other|contrast|conversely|meanwhile|instead|rather|opposed|compared",
        r"(?:whereas|while T|whilst|on the other hand|by contrast|in contrast|conversely|meanwhile|instead of|rather than|as opposed to|compared (?:to|with)|the other (?:is|one|has|does))",
        "T is paid whereas T is free", "a while ago"),
    Cue("comparative", "than", r"(?:\S+er|more \S+|less \S+|fewer \S+) than (?:\S+ ){0,2}T",
        "T is harder than T", "more than enough", mentions=1),
    # none
    Cue("asks", r"\?", r"(?:what|which|how|why|does|do|is|are|can|could|would|should|anyone|any|whats) .*\?",
        "what is the difference between T and T ?", "T is T"),
    Cue("thanks", r"thanks?|thx|great|nice|good|well|love|enjoyed|helpful|bookmark\w*|sharing|interesting|kudos|insightful",
        r"(?:thanks?|thank you|thx|great (?:post|article|read|job|info\S*|points?|blog|stuff)|nice (?:post|article|read|blog|points?)|good (?:post|article|read|points?|stuff)|well (?:said|written|put|explained)|love (?:this|the)|enjoyed|helpful|bookmark\S*|sharing|interesting|kudos|insightful)",
        "thanks for the great post", "T is T"),
    Cue("reported", r"think|says?|said|believe|claim|argue|uses?|call|confuse|assume|insist|treat|tend",
        r"(?:people|many|some|most|everyone|everybody|they|folks|others|somebody|someone) (?:\S+ ){0,3}(?:think|say|says|said|believe|claim|argue|use|uses|call|confuse|assume|insist|treat|tend)",
        "many people think T is T", "I think so",
        also=r"people|many|some|most|everyone|everybody|they|folks|others|somebody|someone"),
    Cue("dont-know", r"not|no|wonder\w*|unsure|curious|confused|hard|depends",
        r"(?:not (?:sure|know|certain|understand|get)|no idea|wonder\S*|unsure|curious|confused about|hard to say|depends)",
        "i do not know", "i know",
        also=r"sure|know|certain|understand|get|idea|wonder\w*|unsure|curious|about|say|depends"),
    Cue("turn", "but|however|yet|although|though|nevertheless|still|except|even|said",
        r"(?:but|however|yet|although|though|nevertheless|still|except|even so|that said|having said)",
        "T is T but not here", "T and T"),
    Cue("agree", r"said|says|wrote|put|does|with|right|above|pointed",
        r"(?:agree\S*|exactly|this|yes|yep|right|true|indeed|like|as) (?:\S+ ){0,2}(?:said|says|wrote|put it|does|with|is right|above|pointed)",
        "i agree with what ruth said", "she sings",
        also=r"agree\w*|exactly|this|yes|yep|right|true|indeed|like|as"),
    # subset, in further words
    Cue("contained-in", r"contained|included|nested|embedded|subsumed|covered|counted",
        rf"T {_BE} (?:\S+ ){{0,2}}(?:contained|included|nested|embedded|subsumed|covered|counted) (?:in|within|by|under|among|as) (?:\S+ ){{0,2}}T",
        "T is already contained in the T", "T is covered in mud", mentions=2),
    Cue("makes-up", r"up", r"T (?:makes?|made|making) up (?:\S+ ){0,6}T",
        "T makes up half of the T", "he made up T", mentions=2),
    Cue("one-of", r"one",
        rf"T {_BE} (?:\S+ ){{0,3}}one of (?:\S+ ){{0,5}}(?:T|kinds?|types?|forms?|ways?|parts?|methods?|branches|pillars|components?|elements?)",
        "T is only one of the parts of T", "T is one of my favourites", mentions=1, also="of"),
    Cue("is-still-a", r"just|simply|still|basically|really|essentially|merely|only|also|always|technically",
        rf"T {_BE} (?:\S+ ){{0,2}}(?:just|simply|still|basically|really|essentially|merely|only|also|always|technically) (?:an?|the|one) (?:\S+ ){{0,2}}T",
        "T is still a T", "T is still a mystery", mentions=2),
    Cue("a-term-that", r"that|which|with|who|where|for|made|used|without|plus|done|in",
        rf"T {_BE} (?:an? )?(?:\S+ ){{0,2}}T (?:that|which|with|who|where|in which|for|made|used|without|plus|done|in)",
        "T is T with a motor", "T is T", mentions=2,
        also=r"is|are|was|were|be|being|'s|'re"),
    Cue("special-kind", r"kind|type|form|case|variety|sort|version|application|subset|branch|example|instance",
        r"(?:specific|special|particular|specialized|specialised|narrower|restricted|advanced|common|popular|modern|one|certain) (?:kind|type|form|case|variety|sort|version|application|subset|branch|example|instance)(?: of)?",
        "T is a special case", "what a kind man"),
    Cue("term-is-term", r"is|are|was|were|be|being|'s|'re", rf"T {_BE} T",
        "T is T but not the reverse", "T is good", mentions=2),
    Cue("superset", r"superset|hypernym|hyponym|subset|subcategory|subtype|subgenre|subfield|subclass|broader|narrower|wider|general",
        r"superset|hypernym|hyponym|subset|subcategory|subtype|subgenre|subfield|subclass|(?:broader|narrower|wider|bigger|larger|more general|more specific) than (?:\S+ ){0,2}T",
        "T is broader than T", "in general i like T"),
    Cue("under-heading", r"umbrella|scope|realm|domain|field|heading|category|family|area|larger|broader|wider|world|discipline",
        r"(?:within|inside|under|beneath|in|into|of) (?:the |a |an )?(?:umbrella|scope|realm|domain|field|heading|category|family|area|larger|broader|wider|world|discipline)",
        "T falls under the heading of T", "he owns a field"),
    Cue("made-of", r"has|have|contains?|includes?|involves?|combines?|made|consists?|composed|comes?|split|divided",
        r"T (?:has|have|contains?|includes?|involves?|combines?|(?:is|are) made (?:up )?of|consists? of|(?:is|are) composed of|comes? with|(?:is|are) (?:split|divided) into) (?:\S+ ){0,7}T",
        "T is made up of flour and T", "T has no end", mentions=2),
    Cue("ingredient", r"ingredients?|blocks?|pillars?|components?|specialty|speciali[sz]ation|methods?|techniques?|implementations?|applications?|aspects?|parts?|stages?|steps?|phases?",
        r"(?:ingredients?|building blocks?|pillars?|components?|specialty|speciali[sz]ation|methods?|techniques?|implementations?|applications?|aspects?|parts?|stages?|steps?|phases?) (?:of|in|within|for) (?:\S+ ){0,2}T",
        "T is the main ingredient of T", "the ingredients are cheap", mentions=1),
    Cue("for-example", r"such|including|like|example|instance|namely|e",
        r"T (?:\S+ ){0,6}(?:such as|including|like|e . g .|for example|for instance|namely) (?:\S+ ){0,4}T",
        "T has many forms such as T", "T is such a bore", mentions=2),
    Cue("not-reverse", r"vice|way|reverse|converse|opposite|every|all",
        r"not (?:vice versa|the other way(?: round| around)?|the reverse|the converse|conversely)|(?:reverse|converse|opposite) (?:is|does|holds) (?:\S+ )?not|but not (?:every|all)",
        "T is T but not the other way round", "not my way",
        also=r"not"),
    # tool-use, in further words
    Cue("tool-for", r"tools?|means|mediums?|vehicles?|channels?|platforms?|instruments?|devices?|techniques?|methods?|way|outlets?|mechanisms?|venue|weapon|ways",
        r"(?:tools?|means|mediums?|vehicles?|channels?|platforms?|instruments?|devices?|techniques?|methods?|ways?|outlets?|mechanisms?|venue|weapon) (?:for|of|to|by which|through which|in|with which|that) (?:\S+ ){0,4}T",
        "T is a channel for getting T done", "a way of life", mentions=1),
    Cue("way-to", r"way|tool|medium|channel|means|method|place|platform|vehicle|technique|thing",
        r"(?:great|good|best|better|easy|easiest|effective|useful|excellent|perfect|ideal|only|common|another|one|main|primary|fastest|simplest) (?:\S+ )?(?:way|tool|medium|channel|means|method|place|platform|vehicle|technique|thing) (?:to|for|of) (?:\S+ ){0,4}T",
        "T is a great medium to learn T", "by the way i like T", mentions=1,
        also=r"great|good|best|better|easy|easiest|effective|useful|excellent|perfect|ideal|only|common|another|one|main|primary|fastest|simplest"),
    Cue("use-term-to", r"use|uses|used|using|utili[sz]e\w*|employ\w*|leverag\w+",
        r"(?:use|uses|used|using|utili[sz]e\w*|employ\w*|leverag\w+) (?:\S+ ){0,3}T (?:to|for|in|when|as|while|so)",
        "we use T for our T", "i am used to T", mentions=1,
        also=r"to|for|in|when|as|while|so"),
    Cue("done-with", r"\w+(?:ed|en|wn|nt|ne|ilt|ept|old|ade|ught|ung|ut)",
        r"T (?:\S+ ){0,2}(?:is|are|was|were|be|gets?|got|been|being) (?:\S+ ){0,3}\w+(?:ed|en|wn|nt|ne|ilt|ept|old|ade|ught|ung|ut) (?:\S+ ){0,3}(?:with|on|in|using|via|through|by means of|over) (?:\S+ ){0,2}T",
        "T is planned on a T", "T is good with T", mentions=2,
        also=r"with|on|in|using|via|through|means|over"),
    Cue("do-term-with", r"do|does|did|doing|done|make|makes|made|making|practi[sc]\w+|conduct\w*|perform\w*|run|running|writ\w+|wrote|draw\w*|measur\w+|detect\w*|record\w*|send\w*|sent|plan\w*|track\w*|manag\w+|teach\w*|learn\w*|play\w*|cook\w*|build\w*|built|keep\w*|kept",
        r"(?:do|does|did|doing|done|make|makes|made|making|practi[sc]\w+|conduct\w*|perform\w*|run|running|writ\w+|wrote|draw\w*|measur\w+|detect\w*|record\w*|send\w*|sent|plan\w*|track\w*|manag\w+|teach\w*|learn\w*|play\w*|cook\w*|build\w*|built|keep\w*|kept) (?:\S+ ){0,3}T (?:\S+ ){0,3}(?:with|on|in|using|via|through) (?:\S+ ){0,2}T",
        "i do my T on a T", "i do T with joy", mentions=2,
        also=r"with|on|in|using|via|through"),
    Cue("term-for-term", r"for", r"T (?:is |are )?(?:\S+ ){0,1}for (?:\S+ ){0,2}T",
        "we need a T for T", "T for free", mentions=2),
    Cue("as-a-tool", r"as",
        r"T as (?:an? |the |your |my |our |one )?(?:\S+ )?(?:tools?|means|medium|vehicle|channel|platform|instrument|way|weapon|method|outlet|place)",
        "think of T as a tool", "T as a child", mentions=1),
    Cue("what-one-does", r"what",
        r"what (?:you|we|people|they|one|i|everybody) (?:\S+ )?(?:do|does|make|create|write|say|put|get|use)",
        "T is what you do", "what a day"),
    Cue("genus-activity", r"act|action|activity|process|practice|verb|behaviou?r|art|skill|doing|job|task|technique|method",
        rf"T (?:{_BE}|=|:|-) (?:\S+ ){{0,2}}(?:the|an?) (?:\S+ ){{0,2}}(?:act|action|activity|process|practice|verb|behaviou?r|art|skill|job|task|technique|method)",
        "T is the process of selling", "the process of T", mentions=1),
    Cue("genus-thing", r"place|site|app|software|program|thing|object|noun|machine|device|service|website|language|system|framework|library|document|file|instrument",
        rf"T (?:{_BE}|=|:|-) (?:\S+ ){{0,2}}(?:the|an?) (?:\S+ ){{0,2}}(?:place|site|app|software|program|thing|object|noun|machine|device|service|website|language|system|framework|library|document|file|instrument)",
        "T is a small device", "a site for T", mentions=1),
    Cue("genus-idea", r"concept|idea|philosophy|principle|theory|approach|methodology|strategy|goal|result|outcome|feeling|state|condition|property|measure|number|term|word|name|title|role|person|someone|somebody",
        rf"T (?:{_BE}|=|:|-) (?:\S+ ){{0,2}}(?:the |an? )?(?:\S+ ){{0,2}}(?:concept|idea|philosophy|principle|theory|approach|methodology|strategy|goal|result|outcome|feeling|state|condition|property|measure|number|term|word|name|title|role|person|someone|somebody)",
        "T is a person who sells", "the state of T", mentions=1),
    # enables, in further words
    Cue("term-leads-to", r"leads?|led|leading|results?|resulted|ends?|contributes?|translates?|turns?|turned|evolves?|evolved|develops?|grows?|grew",
        r"T (?:\S+ ){0,3}(?:leads?|led|leading|results?|resulted|ends?|contributes?|translates?|turns?|turned|evolves?|evolved|develops?|grows?|grew) (?:\S+ )?(?:to|in|into) (?:\S+ ){0,4}T",
        "T eventually leads to T", "who leads T to T", mentions=2),
    Cue("term-causes", r"caus\w+|breeds?|creates?d?|produces?d?|drives?|fuel\w*|feeds?|generates?|trigger\w*|spawns?|begets?|brings?|foster\w*|promotes?|encourages?|increases?|raises?|improves?|boosts?|enables?|facilitates?|supports?|strengthens?|builds?|provides?|gives?|makes?|means|implies|allows?|underpins|underlies|powers?|worsens?|helps?|affects?|influences?|shapes?|determines?",
        r"T (?:\S+ ){0,2}(?:caus\w+|breeds?|creates?d?|produces?d?|drives?|fuel\w*|feeds?|generates?|trigger\w*|spawns?|begets?|brings?|foster\w*|promotes?|encourages?|increases?|raises?|improves?|boosts?|enables?|facilitates?|supports?|strengthens?|builds?|provides?|gives?|makes?|means|implies|allows?|underpins|underlies|powers?|worsens?|helps?|affects?|influences?|shapes?|determines?) (?:\S+ ){0,4}T",
        "T often breeds T", "T breeds dogs", mentions=2),
    Cue("caused-by", r"caused|driven|fuell?ed|triggered|produced|created|enabled|powered|possible|brought|shaped|determined|explained|influenced|preceded|generated|worsened",
        r"T (?:\S+ ){0,3}(?:caused|driven|fuell?ed|triggered|produced|created|enabled|powered|made possible|brought about|brought on|shaped|determined|explained|influenced|preceded|generated|worsened) (?:\S+ )?by (?:\S+ ){0,3}T",
        "T is driven by T", "T is by T", mentions=2),
    Cue("rests-on", r"needs?|requires?|presupposes?|depends?|rely|relies|rests?|builds?|built|hinges?|based|starts?|begins?|comes?|stems?|derives?|results?|follows?|arises?|grows?|originates?|rooted|down",
        r"(?:T|it|this|that|they|which) (?:\S+ ){0,2}(?:needs?|requires?|presupposes?|depends? on|rel(?:y|ies) on|rests? on|builds? on|(?:is|are) built on|hinges? on|(?:is|are) based on|starts? with|begins? with|comes? from|comes? out of|stems? from|derives? from|results? from|follows? from|arises? from|grows? (?:from|out of)|originates? in|(?:is|are) rooted in|down to) (?:\S+ ){0,3}T",
        "T presupposes a good T", "T needs water", mentions=1),
    Cue("no-without", r"without",
        r"(?:no T without|without (?:\S+ ){0,2}T (?:\S+ ){0,4}(?:no|not|nothing|never|impossible)|(?:not|no|never|nobody|nothing|hardly) (?:\S+ ){0,6}without (?:\S+ ){0,3}T)",
        "without T there is no T", "T without salt", mentions=1, also="no|not|nothing|never|nobody|hardly|impossible"),
    Cue("if-absent", r"if|lack|absence|once|only|unless|remove|take|had",
        r"(?:if there (?:is|are|was|were) no|if (?:you|we|they) (?:have|had) no|unless (?:you|we|there)|lack of|absence of|once (?:you|we|there) (?:have|is|are)|only (?:if|when|once)|take away|remove|had (?:it|there) not been for) (?:\S+ ){0,3}T",
        "once you have T you can start", "if i had T", mentions=1),
    Cue("key-to", r"step|path|road|route|gateway|key|secret|recipe|way|door|necessary|essential|crucial|vital|fundamental|critical|needed|required|important|conducive|indispensable|condition|necessity|precondition|prerequisite|precursor",
        r"(?:step|path|road|route|gateway|key|secret|recipe|way in|door|necessary|essential|crucial|vital|fundamental|critical|needed|required|important|conducive|indispensable|condition|necessity|precondition|prerequisite|precursor) (?:to|for|of|in|toward|towards) (?:\S+ ){0,4}T",
        "T is essential for lasting T", "that is necessary", mentions=1),
    Cue("consequence", r"consequence|result|outcome|product|effect|symptom|function|outgrowth|manifestation|cause|source|basis|key|root|reason|foundation|driver|byproduct|engine",
        rf"(?:T|this|that|it) (?:{_BE}|as|becomes?) (?:\S+ ){{0,4}}(?:consequence|result|outcome|product|effect|symptom|function|outgrowth|manifestation|cause|source|basis|key|root|reason|foundation|driver|byproduct|engine) (?:of|for|to|behind) (?:\S+ ){{0,4}}T",
        "T is a direct consequence of T", "T is the result", mentions=1),
    Cue("one-way", r"without",
        r"(?:can|could|may|might|possible to) (?:\S+ ){0,3}(?:exist|have|be|do|happen|work|live|survive|get|use|make) (?:\S+ ){0,4}without",
        "T can exist without T", "i can not without you"),
    Cue("gets-one", r"get|gets|got|have|ends?|comes?|came|follows?|gave|give\w*",
        r"(?:you (?:will )?(?:get|have)|ends? up with|(?:comes?|came|follows?) (?:\S+ )?|gets? (?:you|me|us)|got (?:me|us)|g[ai]ve[sn]? (?:me|us|you|him|her|them)) (?:\S+ ){0,2}T",
        "practice and you get T", "get lost", mentions=1, also=r"you|up|comes?|came|follows?|gets?|got|g[ai]ve[sn]?"),
    # complement, in further words
    Cue("pair-goes", r"go|goes|work|works|come|belong|fit|play|together|complement|overlap|reinforce|support|depend|rely|feed|interact|linked|connected|intertwined|related|inseparable|closely",
        r"T (?:and|&|,|/) (?:\S+ ){0,3}T (?:\S+ ){0,4}(?:go|goes|work|works|come|belong|fit|play|together|complement|overlap|reinforce|support|depend|rely|feed|interact|linked|connected|intertwined|related|inseparable|closely)",
        "T and T often go together", "T and T are cheap", mentions=2),
    Cue("need-each", r"both|either|neither|each|another|other",
        r"(?:needs?|want|use|using|have|having|get|requires?|do|take) (?:\S+ ){0,2}both|either (?:\S+ )?alone|neither (?:\S+ ){0,4}(?:without|alone)|one without the other|neither (?:can|works?|is|does|replaces)",
        "you need both of them", "both are cheap"),
    Cue("combined-with", r"combin\w+|pair\w*|blend\w*|along\w*|together|conjunction|tandem|coupled|supplement\w*|complement\w*|augment\w*|enhanc\w+|accompan\w+|integrat\w+|goes|works?",
        r"(?:combin\w+|paired|pairs?|blend\w*|along|alongside|together|in conjunction|in combination|in tandem|coupled|supplement\w*|complement\w*|augment\w*|enhanc\w+|accompan\w+|integrat\w+|(?:goes|works?)(?: well)?) (?:\S+ ){0,3}(?:with |by |to |as )?(?:\S+ ){0,2}T",
        "it augments the T well", "he came along", mentions=1),
    Cue("overlap", r"overlap\w*|common|share\w*|intersect\w*|exclusive|blurr\w*|line|venn|intertwin\w+|interwoven|inter\w+|inseparable|related|linked|tied|connected|sharing",
        r"overlap\w*|(?:common ground|in common|shared?|sharing|intersect\w*|not mutually exclusive|blurr\w*|gr[ae]y area|fine line|thin line|venn|intertwin\w+|interwoven|interlinked|interconnected|interdependent|interrelated|inseparable|closely (?:related|linked|tied|connected))",
        "the two are closely related", "the line was busy"),
    Cue("two-sides", r"sides?|halves|parts|wings|pieces|faces|legs|coin|yin|butter|glove|partners?|team|marriage|siblings|cousins|twins",
        r"(?:two|both|other|flip|opposite) (?:\S+ )?(?:sides?|halves|parts|wings|pieces|faces|legs)|same coin|yin|bread and butter|hand and glove|partners?|marriage|siblings|cousins|twins",
        "they are two sides of a thing", "i sat on the side"),
    # synonym, in further words
    Cue("same-as", r"same|equivalent|identical|equal|synonymous|interchangeable|tantamount|amounts|alias",
        r"(?:same|equivalent|identical|equal|synonymous|interchangeable|tantamount|amounts|alias) (?:\S+ ){0,2}(?:as|to|with|for|of) (?:\S+ ){0,2}T",
        "T is the same as T", "the same to you", mentions=1),
    Cue("term-equals", r"=|means?|equals?|aka|/|i|k|meaning",
        r"T (?:=|= =|equals?|means?|aka|/|i . e .|a . k . a .|meaning) (?:\S+ )?T",
        "T means T", "T means well", mentions=2),
    Cue("another-name", r"names?|words?|terms?|labels?|spellings?|expressions?|titles?|translations?|phrases?|synonyms?|way",
        r"(?:another|other|alternative|different|fancy|fancier|old|older|new|newer|modern|posh|american|british|technical|formal|informal|colloquial|official|legal|short|shorter|common|local|marketing|trendy|proper|latin|english|german|french|scientific) (?:names?|words?|terms?|labels?|spellings?|expressions?|titles?|translations?|phrases?|synonyms?|way of saying)",
        "T is the posh word for T", "in a word",
        also=r"another|other|alternative|different|fancy|fancier|old|older|new|newer|modern|posh|american|british|technical|formal|informal|colloquial|official|legal|short|shorter|common|local|marketing|trendy|proper|latin|english|german|french|scientific"),
    Cue("two-names", r"names|words|terms|labels|spellings|expressions|translations|ways",
        r"(?:two|different|both|several|many|three|just) (?:\S+ )?(?:names|words|terms|labels|spellings|expressions|translations|ways of saying) (?:for|of|that mean|meaning|mean|to describe|describing|refer\w*)",
        "two terms for one thing", "two words"),
    Cue("no-difference", r"difference|distinction",
        r"(?:no|not (?:a |any |much |much of a |really a |that big a )|zero|hardly any|hardly a|little|barely any) (?:\S+ )?(?:difference|distinction)",
        "there is no real difference", "the difference is big"),
    Cue("whichever", r"whichever|whatever|either|matter|matters|semantics|pedantic|tomato|call",
        r"whichever|call it what\w*|either (?:word|term|name|one) (?:is|works|will|would)|not (?:really |even )?matter|semantics|pedantic|tomato|use either",
        "use whichever you like", "a dark matter"),
    Cue("used-as-same", r"interchangeabl\w+|synonym\w*|same|equivalent|alike|synonymously|if",
        r"(?:use|using|used|uses|treat|treats|treating|treated) (?:\S+ ){0,6}(?:as synonym\w*|interchangeabl[ey]|as the same|as if they were|as equivalent|alike|synonymously)",
        "i use T and T interchangeably", "used to be the same",
        also=r"use|using|used|uses|treat|treats|treating|treated"),
    # distinct, in further words
    Cue("different-from", r"different\w*|differs?|distinct|separate|apart",
        r"(?:different\w*|differs?|distinct|separate|apart) (?:\S+ ){0,2}(?:from|than|to) (?:\S+ ){0,3}T",
        "T is different than T", "i feel different", mentions=1),
    Cue("difference-between", r"between",
        r"(?:differences?|distinctions?|line|gap|contrast|divide|confusion|gulf|boundary) between (?:\S+ ){0,4}T",
        "the line between T and T", "between T and T", mentions=1),
    Cue("two-things", r"things?|concepts?|beasts?|animals?|ideas?|roles?|terms?|words?|meanings?|subjects?|issues?|topics?|questions?|fields?|jobs?|skills?|matters?|story|ball|kettle|stuff",
        r"(?:two|2|completely|totally|very|quite|entirely|wholly|altogether|whole|another|a) (?:\S+ )?(?:different|separate|distinct|unrelated|independent|other) (?:\S+ )?(?:things?|concepts?|beasts?|animals?|ideas?|roles?|terms?|words?|meanings?|subjects?|issues?|topics?|questions?|fields?|jobs?|skills?|matters?|story|ball|kettle|stuff)",
        "those are two separate issues", "the other thing",
        also=r"different|separate|distinct|unrelated|independent|other"),
    Cue("confuses", r"confus\w+|conflat\w+|mistak\w+|mistook|mix\w*|equat\w+|lump\w*|muddl\w+",
        r"(?:confus\w+|conflat\w+|mistak\w+|mistook|mix\w*|equat\w+|lump\w*|muddl\w+) (?:\S+ ){0,4}T",
        "do not confuse T with T", "i am confused", mentions=1),
    Cue("does-not-mean", r"not|never",
        r"T (?:\S+ ){0,3}(?:not|never) (?:\S+ ){0,3}(?:mean|imply|guarantee|make|equal|equate|necessarily|require|entail|constitute|automatically|always|replace|prove) (?:\S+ ){0,6}T",
        "T does not imply T", "T does not mean harm", mentions=2),
    Cue("term-not-term", r"not|never|rather|instead|opposed|versus|vs|nor",
        r"T (?:, |- )?(?:and |but )?(?:not|never|rather than|instead of|as opposed to|versus|vs|nor) (?:\S+ ){0,2}T",
        "that was T not T", "T not so good", mentions=2),
    Cue("parallel", "whereas|while|whilst|but|;|,",
        rf"T (?:\S+ ){{1,18}}?(?:whereas|while|whilst|but|;|, (?:and|but|while|whereas)|,) (?:\S+ ){{0,2}}T (?:{_BE}|has|have|does|do|can|will|means|requires?|needs?|focuses|focus|deals?|involves?|goes|comes|gets?|tells?|takes?|uses?|works?)",
        "T is paid monthly , T is paid by the hour", "T and T", mentions=2, also=rf"{_BE}|has|have|does|do|can|will|means|requires?|needs?|focuses|focus|deals?|involves?|goes|comes|gets?|tells?|takes?|uses?|works?"),
    Cue("one-other", r"other|second|another",
        r"(?:one|first|former) (?:\S+ ){1,16}?(?:the )?(?:other|second|latter|another) (?:\S+ )?(?:is|are|has|have|does|do|can|was|were|means|\S+s)",
        "one sells and the other buys", "the other day",
        also=r"one|first|former"),
    Cue("unlike", r"unlike|contrast|opposed|compared|rather|instead|over|better|worse|prefer\w*",
        r"(?:unlike|in contrast (?:to|with)|as opposed to|compared (?:to|with)|rather than|instead of|better than|worse than|prefer\w*) (?:\S+ ){0,3}T",
        "unlike T it is free", "contrast is low", mentions=1),
    Cue("you-mean", r"mean|means|meant|talking|thinking|describe|describing|looking|actually|call|called|want",
        r"(?:you|i|he|she|they|op|probably) (?:\S+ ){0,2}(?:mean|means|meant|(?:are|were|is|was) (?:talking|thinking) (?:about|of)|describe|describing|looking for|want|actually) (?:\S+ ){0,5}T",
        "i think you meant T", "mean people", mentions=1),
    Cue("tells-apart", r"distinguish\w*|differentiat\w*|apart|separat\w+|line|difference|delineat\w*|distinction",
        r"distinguish\w*|differentiat\w*|(?:tell|tells|telling|told|keep|keeping) (?:\S+ ){0,3}apart|(?:tell|know|knows|knew|learn|see|understand|explain\w*) the (?:difference|distinction)|dr[ae]w (?:a|the) (?:line|distinction)|delineat\w*",
        "learn to tell them apart", "he lives apart"),
    Cue("same-but-differs", r"interchang\S+|synonym\S*|same|identical|equivalent|alike|confused|lump\S*|conflated",
        r"(?:interchang\S+|synonym\S*|same|identical|equivalent|alike|confused|lump\S*|conflated) (?:\S+ ){0,10}?(?:but|yet|although|though|however|in fact|actually|; |which) (?:\S+ ){0,10}?(?:differ\S*|distinct\S*|not|separate\S*|unrelated|wrong|two)",
        "many use T and T interchangeably but they are different", "the same but cheaper"),
    Cue("differs-yet-same", r"interchang\w+|synonym\w*|same|identical|confus\w+|conflat\w+|lump\w*",
        r"(?:differ\S*|distinct\S*|not the same|separate|two|unrelated) (?:\S+ ){0,10}?(?:but|yet|although|though|despite|while) (?:\S+ ){0,12}?(?:interchang\S+|synonym\S*|same|identical|confus\S+|conflat\S+|lump\S*)",
        "T and T are two different things although people use them interchangeably", "two but not three",
        also=r"but|yet|although|though|despite|while"),
    Cue("others-say-same", r"interchang\S+|synonym\S*|same|identical|together|if",
        r"(?:people|many|some|most|everyone|everybody|they|folks|others|press|media|often|sometimes|commonly|usually|frequently|wrongly|mistakenly) (?:\S+ ){0,8}?(?:used?|uses|using|treat\S*|lump\S*|say|think|call|confus\S+|mix\S*) (?:\S+ ){0,8}?(?:interchang\S+|synonym\S*|same|identical|as if|together)",
        "many people use T and T interchangeably", "i use them interchangeably",
        also=r"people|many|some|most|everyone|everybody|they|folks|others|press|media|often|sometimes|commonly|usually|frequently|wrongly|mistakenly"),
    Cue("not-equal", r"=|≠", r"T (?:≠|! ?= ?=?|= / =|< >) (?:\S+ ){0,2}T",
        "T = / = T", "T = T", mentions=2),
    Cue("own-thing", r"own|separate\w*|independent\w*|different|another|unrelated",
        r"(?:its|their|a thing of) own|separately|independent(?:ly)? (?:of|from)|unrelated|another (?:matter|story|question|thing|animal)|different (?:matter|story|question|animal|purpose\w*|meaning\w*|goal\w*|skill\w*|role\w*)",
        "that is another matter", "my own"),
    # none, and who speaks
    Cue("asks-difference", r"differences?|distinction|relationship|relation|connection|same",
        r"(?:what|whats|any|is there|explain|understand|know|tell me|clarify|curious|confused|wondering|figure out|sure) (?:\S+ ){0,7}(?:differences?|distinction|relationship|relation|connection|same)",
        "what exactly is the difference", "the difference is big",
        also=r"what|whats|any|there|explain|understand|know|tell|clarify|curious|confused|wondering|figure|sure"),
    Cue("is-it-question", r"\?", r"(?:is|are|does|do|can|should|would|could|was|or) (?:\S+ ){0,3}T (?:\S+ ){0,12}\?",
        "is T a kind of T ?", "T is good", mentions=1),
    Cue("listed", r"and|&|or|/|,|\+", r"T (?:and|&|or|/|,|, and|, or|\+) (?:\S+ )?T",
        "we sell T and T", "T and so on", mentions=2),
    Cue("advert", r"please|help|anyone|advice|recommend\w*|suggestions?|hiring|wanted|apply|experience|years|deadline|register|sign|join|workshop|course|chapter|week|meeting",
        r"please|help|anyone|advice|recommend\w*|suggestions?|hiring|wanted|apply|experience (?:in|with)|years of|deadline|register|sign up|join|workshop|course|chapter|(?:next |last |this )?week|meeting",
        "apply by friday please", "T is T"),
    Cue("no-side", r"depends|decide|judge|debate\w*|dispute|argument|opinions?|jury|disagree\w*|others|some|authors?",
        r"depends on (?:who|whom)|not (?:\S+ ){0,3}to (?:decide|judge)|(?:some|others) (?:\S+ )?(?:say|think|argue|claim|hold)|opinions? (?:differ|vary|on)|debated?|dispute|jury|people disagree|authors? disagree",
        "some say so and others disagree", "in my opinion"),
    Cue("i-think", r"think|believe|feel|guess|see|view|consider|say|argue|define|regard|treat|use|understand|opinion|mind|book|experience|field|case|imo|imho|me|take|understanding|personally",
        r"(?:i|we) (?:\S+ ){0,2}(?:think|believe|feel|guess|see|view|consider|say|argue|define|regard|treat|use|understand)|in (?:my|our) (?:\S+ )?(?:opinion|view|mind|book|experience|field|case)|imo|imho|(?:to|for) me|my (?:take|understanding|view)|personally",
        "i would say T", "you think",
        also=r"i|we|my|our|me|imo|imho|personally"),
    Cue("hedge", r"basically|essentially|much|less|kind|sort|roughly|loosely|effect|practically|virtually|almost|nearly|strictly|technically|purposes|practice|context|generally|typically",
        r"basically|essentially|pretty much|more or less|kind of|sort of|roughly|loosely|in effect|practically|virtually|almost|nearly|strictly speaking|technically|for (?:all|our|my) (?:\S+ )?purposes|in practice|in this context|generally|typically",
        "it is more or less T", "much ado"),
    Cue("rejects", r"wrong|misconception|mistake\w*|myth|incorrect|misleading|nonsense|tired|stop|sick|hate|annoy\w*|do|never|misunderst\w+|bullshit|false",
        r"(?:wrong|misconception|mistake\w*|myth|incorrect|misleading|nonsense|tired of|stop|sick of|hate|annoy\w*|misunderst\w+|bullshit|false|do not|never) (?:\S+ ){0,9}(?:T|same|confus\w+|difference|interchang\w+|synonym\w*|call\w*)",
        "i am tired of people who call T T", "stop it"),
    Cue("yet-used", r"but|yet|although|though|despite|often|while",
        r"(?:but|yet|although|though|even though|despite|while) (?:\S+ ){0,8}(?:interchang\w+|synonym\w*|same|confus\w+|mixed up|conflat\w+)",
        "though they are often confused", "but T is good"),
    Cue("said-by-others", r"say|says|said|think|thinks|claim\w*|call|calls|believe\w*|use|treat\w*|assume\w*",
        r"(?:people|many|some|most|everyone|everybody|they|folks|others|he|she|boss|teacher|friend|media|marketers|beginners|article|book) (?:\S+ ){0,3}(?:say|says|said|think|thinks|claim\w*|call|calls|believe\w*|use|treat\w*|assume\w*) (?:\S+ ){0,8}(?:T|same|difference|interchang\w+|synonym\w*|it)",
        "my boss thinks that T is T", "i say T",
        also=r"people|many|some|most|everyone|everybody|they|folks|others|he|she|boss|teacher|friend|media|marketers|beginners|article|book"),
)
"""The cues of the view model, in the order of the table of views."""

CUE_BYTES = 2 * -(-len(VIEW_CUES) // 8)
_SECOND = 4 * CUE_BYTES
_ANY = sum(1 << place for place, cue in enumerate(VIEW_CUES) if not cue.also)
_POSSIBLE = tuple(sum(1 << place for place, cue in enumerate(VIEW_CUES) if cue.mentions <= count) for count in range(3))


_CALLING = re.compile("|".join(sorted({f"(?:{pattern})" for cue in VIEW_CUES for pattern in (cue.words, cue.also) if pattern})))


def calls(word: str) -> int:
    """Return what `word` calls for, as a bit mask of ``CUE_BYTES`` bytes: the cues whose `words` it is, then those whose `also`."""
    return sum(bit for matches, bit in _callers() if matches(word)) if _CALLING.fullmatch(word) else 0


@cache
def _callers() -> list[tuple[Callable[[str], re.Match[str] | None], int]]:
    """Return what a word must be for each bit of :func:`calls`."""
    asked = [(pattern, bit) for i, cue in enumerate(VIEW_CUES) for pattern, bit in ((cue.words, 1 << i), (cue.also, 1 << _SECOND + i)) if pattern]
    return [(re.compile(pattern).fullmatch, bit) for pattern, bit in asked]


def called_for(called: int, mentions: int) -> int:
    """Return the cues that a sentence can match, as a bit mask over the places in ``VIEW_CUES``.

    Parameters
    ----------
    called : int
        What its words call for, joined by "or".
    mentions : int
        How many mentions it has.
    """
    return called & (called >> _SECOND | _ANY) & _POSSIBLE[min(mentions, 2)]
