"""Where the files that travel with smsn are found: ``models/`` and ``corpus/``.

In a wheel they lie inside the package, which is never written to; in a checkout or an editable install they lie beside it.
Imports only ``errors``.
"""

from __future__ import annotations

import os
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


def models() -> Path:
    """Return the folder that models are promoted to: ``models/`` of a checkout, else ``$XDG_DATA_HOME/smsn/models``.

    Returns
    -------
    pathlib.Path
        It may not exist yet.

    References
    ----------
    XDG Base Directory Specification 0.8: without the variable the data folder is ``~/.local/share``.
    """
    shipped = folder("models")
    if shipped.parent.joinpath("setup.cfg").is_file():
        return shipped
    home = os.environ.get("XDG_DATA_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".local" / "share") / "smsn" / "models"
