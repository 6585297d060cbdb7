"""What is wrong with the labels of a file as a whole: likely errors, contradictions, and what stands on both sides of a split.

:func:`report` looks for all of it. Likely errors are ranked by cleanlab (extra ``labels``); contradictions and leaks need nothing further. Must not
import spaCy.
"""

from smsn.noise.doubles import Leaks, Shared, contradictions, leaks
from smsn.noise.reports import Report, report
from smsn.noise.suspects import Suspect, can_look, label_errors

__all__ = ["Leaks", "Report", "Shared", "Suspect", "can_look", "contradictions", "label_errors", "leaks", "report"]
