"""The half that extracts: definitions of terms, with their parts.

:func:`find_definitions` works on any parsed Doc; :class:`DefinitionFinder` on texts, parsing only what
may hold a definition.
"""

from smsn.definitions.finder import DefinitionFinder, find_definitions

__all__ = ["DefinitionFinder", "find_definitions"]
