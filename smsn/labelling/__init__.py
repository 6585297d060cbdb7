"""Comments to labelling tools and back, and how far two readers agree.

:func:`write` gives the comments that are to be labelled to a tool, :func:`read` takes what the tool exports, :func:`compare`
sets two readers side by side. **A suggestion is never written where an answer goes**: what nobody touched comes back without
a label. Imports only corpus_file, terms, records and errors of smsn, and how the readers decode bytes.

>>> from smsn import labelling
>>> [option.id for option in labelling.options_of(("wiki", "website"), ["synonym", "subset"])]
['synonym', 'subset: wiki', 'subset: website']
"""

from smsn.labelling.agreement import Agreement, compare, write_adjudication
from smsn.labelling.label_studio import label_studio_config
from smsn.labelling.options import Option, option_of, options_of, read_option
from smsn.labelling.reading import Conflict, Given, Labelled, Unanswered, checked, comments, read
from smsn.labelling.tasks import Task
from smsn.labelling.writing import FORMATS, placed, write, write_labels

__all__ = [
    "FORMATS",
    "Agreement",
    "Conflict",
    "Given",
    "Labelled",
    "Option",
    "Task",
    "Unanswered",
    "checked",
    "comments",
    "compare",
    "label_studio_config",
    "option_of",
    "options_of",
    "placed",
    "read",
    "read_option",
    "write",
    "write_adjudication",
    "write_labels",
]  # fmt: skip
