"""Compressed sources, decompressed while they are read.

Takes an open file whose name ends in .gz or .zst, gives a stream of what is in it, forwards and in constant
memory. A stream that is cut off or damaged gives every byte before the place where that shows, then an
``InputError``. pyarrow loads when a .zst file is opened. Imports only errors of smsn.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from smsn.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 1 << 16  # bytes, also of what comes out at a time
_GZIP = 31  # zlib's word for gzip: it reads the header, and checks length and sum at the end
_MENDED = "Fetch or compress it again."


class Decompressed(io.RawIOBase):
    """What is in a compressed file.

    Parameters
    ----------
    name : str
        The source, for messages.
    file : binary file
        Its compressed bytes; closed with this stream.
    suffix : {".gz", ".zst"}
        How it is compressed.
    """

    def __init__(self, name: str, file: BinaryIO, suffix: str) -> None:
        self._file = file
        self._blocks = _gunzipped(name, file) if suffix == ".gz" else _unzstd(name, file)
        self._left = memoryview(b"")

    def position(self) -> int:
        """Return how many compressed bytes were read."""
        return self._file.tell()

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` from the latest block; return the number of bytes, 0 at the end.

        Raises
        ------
        InputError
            Where the damage begins.
        """
        view = memoryview(buffer)
        while not self._left:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._left = memoryview(block)
        size = min(len(view), len(self._left))
        view[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        """Close the compressed file too."""
        self._file.close()
        super().close()


def _gunzipped(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Yield what is in a gzip file of one or several members."""
    machine, begun, given = zlib.decompressobj(_GZIP), False, False
    while block := file.read(_BLOCK):
        while block:
            if machine.eof:
                machine, begun = zlib.decompressobj(_GZIP), False
                block = block.lstrip(b"\0")  # padding between members, and behind the last
                continue
            begun, spare = True, machine.copy()
            try:
                data = machine.decompress(block, _BLOCK)
            except zlib.error as error:
                for data in filter(None, _in_sips(spare, block)):
                    given = True
                    yield data
                raise _gzip_damage(name, error, given) from error
            block = machine.unused_data if machine.eof else machine.unconsumed_tail
            given = given or bool(data)
            yield data
    if begun and not machine.eof:
        yield machine.flush()
    if begun and not machine.eof:
        raise InputError(f"{name}: is damaged: the gzip stream ends early. {_MENDED}")


def _in_sips(machine: zlib._Decompress, block: bytes) -> Iterator[bytes]:
    """Yield what comes out before the damage: zlib gives nothing of a call that fails."""
    for start in range(len(block)):
        try:
            yield machine.decompress(block[start : start + 1])
        except zlib.error:
            return


def _gzip_damage(name: str, error: zlib.error, given: bool) -> InputError:
    reason = str(error).rpartition(": ")[2]
    if not given and "header" in reason:
        return InputError(f"{name}: is not gzip, as its name says. Check it, or give it the name of what it is.")
    return InputError(f"{name}: is damaged: the gzip stream has an {reason}. {_MENDED}")


def _unzstd(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Yield what is in a zstd file of one or several frames."""
    given = 0
    try:
        for block in _arrow_blocks(file, _BLOCK):
            given += len(block)
            yield block
    except OSError as error:
        if file.seekable():  # pyarrow gives nothing of a call that fails, so once more, byte by byte near the damage
            end = file.tell()
            file.seek(0)
            for byte in _after(given, _Sips(file, end - 2 * _BLOCK)):
                given += 1
                yield byte
        raise _zstd_damage(name, error, given) from error


def _arrow_blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    import pyarrow as pa

    stream = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    while block := stream.read(size):
        yield bytes(block)


def _after(given: int, file: BinaryIO) -> Iterator[bytes]:
    """Yield, byte by byte, what stands between the `given` first bytes and the damage."""
    import pyarrow as pa

    stream = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    try:
        while given:
            given -= len(stream.read(min(given, _BLOCK)))
        while byte := stream.read(1):
            yield bytes(byte)
    except OSError:
        return


class _Sips(io.BytesIO):
    """A file that is read byte by byte from a place on, so that nothing is lost with a call that fails."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        super().__init__()
        self._file = file
        self._start = start

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next block, or the next byte."""
        return self._file.read(_BLOCK if self._file.tell() < self._start else 1)


def _zstd_damage(name: str, error: OSError, given: int) -> InputError:
    reason = str(error).removeprefix("ZSTD decompress failed: ")
    if "too much memory" in reason:  # dumps are written with --long=31, and pyarrow stops at 27
        return InputError(
            f"{name}: was compressed with a larger window than can be read here. "
            f"Decompress it on the way: zstd -dc --long=31 {name} | smsn with - as its input."
        )
    if "Truncated" in reason:
        return InputError(f"{name}: is damaged: the zstd stream ends early. {_MENDED}")
    if not given:
        return InputError(f"{name}: is not zstd, as its name says. Check it, or give it the name of what it is.")
    return InputError(f"{name}: is damaged: {reason}. {_MENDED}")
