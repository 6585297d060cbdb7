"""Pages, tables and streams in; comments out.

:func:`open_source` is the one way in. What cannot be read goes to the caller's reject sink, with its
place and the reason; what makes a whole source useless is an ``InputError``. Imports only errors and
records of smsn; lxml and pyarrow load when a page or a Parquet file is opened.
"""

from smsn.readers.reading import FORMATS, Columns, Reading
from smsn.readers.source import open_source

__all__ = ["FORMATS", "Columns", "Reading", "open_source"]
