"""Say whether a built wheel holds exactly what it should: ``python tests/wheel_files.py FILE.whl``.

Run by ``.ci/run``; it rests on the checkout beside it.
"""

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def expected():
    """Return the files of the checkout that belong into the wheel, by their names in it."""
    files = {f"smsn/{path.relative_to(ROOT / 'smsn')}" for path in (ROOT / "smsn").rglob("*.py")} | {"smsn/py.typed"}
    for folder in ("models", "corpus"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
                files.add(f"smsn/{folder}/{path.relative_to(ROOT / folder)}")
    return files


def main():
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    missing, superfluous = sorted(expected() - found), sorted(found - expected())
    if missing or superfluous:
        sys.exit(f"the wheel lacks {missing} and has {superfluous} too many. Mend package_data in setup.cfg.")
    sys.stdout.write(f"the wheel holds its {len(found)} files\n")


if __name__ == "__main__":
    main()
