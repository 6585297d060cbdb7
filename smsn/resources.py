"""Where the files that travel with smsn are found: ``models/`` and ``corpus/``.

In a wheel they lie inside the package; in a checkout or an editable install they lie beside it.
Imports only ``errors``.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from smsn.errors import BundleError


def folder(name: str) -> Path:
    """Return the folder `name` ("models" or "corpus") of this installation.

    Parameters
    ----------
    name : {"models", "corpus"}
        Which folder.

    Returns
    -------
    pathlib.Path
        An existing folder.

    Raises
    ------
    BundleError
        If the folder is neither inside the package nor beside it in a checkout.
    """
    package = Path(str(files("smsn")))
    inside = package / name
    if inside.is_dir():
        return inside
    beside = package.parent / name
    if (package.parent / "setup.cfg").is_file() and beside.is_dir():
        return beside
    raise BundleError(
        f"the folder {name}/ of smsn is missing: looked for {inside} and for {beside}. Install smsn again, or pass --model DIR."
    )
