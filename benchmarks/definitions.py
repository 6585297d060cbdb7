"""Are the definitions found on a real page? Prints every definition of either term in a saved page.

    python benchmarks/definitions.py PATH/page.txt

"Plain" are the sentences in which a term, but for hedges and remarks in brackets, is followed by a form of "be" and
an article, and which does not stand behind "of" or as the second of two; the share of them in which a definition is found is printed last.
"""

from __future__ import annotations

import argparse
import re

from smsn.definitions import DefinitionFinder
from smsn.masked import mask
from smsn.readers import open_source
from smsn.terms import Pair, find_mentions
from smsn.titles import pair_from_title, usual_spelling

PLAIN = re.compile(r"(?<!T and )(?<!of )T (?:(?:just|really|basically|simply|also|still) )?(?:is|are) (?:(?:just|really|basically|simply|also|not) )?(?:an?|the|one) \S+")


def main() -> None:
    """Print the definitions of the article and of each comment, then the recall over plain ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page")
    page = open_source(parser.parse_args().page, lambda reject: None)
    comments = list(page.comments) + ([page.article] if page.article else [])
    found = pair_from_title(page.title or "")
    if found is None:
        raise SystemExit("no pair in the title")
    pair = Pair(*(usual_spelling(term, [c.text for c in comments]) for term in found))
    finder, plain, hit = DefinitionFinder(), 0, 0
    for comment in comments:
        definitions = finder(comment.text, pair)
        for d in definitions:
            words = " ".join(comment.text[slice(*d.definiens_span)].split())
            print(f"{comment.id!s:8} {d.kind:11} {d.rule:14} {d.term} := {words}  [{d.genus or '-'}] {d.probability:.2f}")
        masked = mask(comment.text, find_mentions(comment.text, pair))
        for first, last, question in masked.sentences:
            line = " ".join("T" if t >= 0 else w for w, t in zip(masked.words[first:last], masked.terms[first:last], strict=True))
            for match in PLAIN.finditer(line) if not question else ():
                found_here = any(masked.starts[first] <= d.definiens_span[0] <= masked.ends[last - 1] for d in definitions)
                plain += 1
                hit += found_here
                if not found_here:
                    print(f"{comment.id!s:8} not found: … {line[max(0, match.start() - 40) : match.end() + 30]} …")
    print(f'plain "X is a …": {hit} of {plain} found')


if __name__ == "__main__":
    main()
