"""The reading process: ``python -m bot.reading``. It answers one request after the other until nobody asks any more."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

from bot.model.written import packed_body
from bot.reading.frames import options_from, packed, read_frame
from bot.reading.lines import to_lines
from bot.reading.report import pass_over, pieces_of
from connectors import registry
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Record
from connectors.contract.source import Source
from connectors.packed import unpacked_file
from connectors.reading import read

Answer = tuple[dict[str, Any], bytes]

_PARENT_DEATH_SIGNAL = 1  # prctl's PR_SET_PDEATHSIG


class Reader:
    """Reads deliveries, and the reports that are under way."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self._sources = sources
        self._reports: dict[int, tuple[Iterator[list[Record]], ExitStack]] = {}  # what is left of each, and its file

    def answer(self, asked: dict[str, Any], body: bytes) -> Answer:
        """What was asked for, or why not."""
        do = {"delivery": self._delivery, "report": self._report, "piece": self._piece, "done": self._done}
        try:
            return do[asked["do"]](asked, body)
        except (NotThisFormat, UnknownShape, FileNotFoundError) as failure:
            return {"failed": type(failure).__name__, "why": str(failure)}, b""
        except Exception:  # noqa: BLE001 - told to whoever asked, as a fault of ours
            return {"failed": "Fault", "why": traceback.format_exc()}, b""

    def _delivery(self, asked: dict[str, Any], body: bytes) -> Answer:
        source = self._sources[asked["source"]]
        reading = read(source, body, asked["headers"], options_from(asked["options"]))
        kept = packed_body(body)
        return {"delivery_key": reading.delivery_key, "kept": len(kept)}, kept + to_lines(reading.records)

    def _report(self, asked: dict[str, Any], body: bytes) -> Answer:
        source = self._sources[asked["source"]]
        assert source.read_report is not None
        with ExitStack() as held:
            file = held.enter_context(Path(asked["path"]).open("rb"))
            unpacked = held.enter_context(unpacked_file(file))
            records = iter(source.read_report(unpacked, options_from(asked["options"]), asked["headers"]))
            lasting = to_lines(pass_over(records, asked["done"]))
            self._reports[asked["report"]] = pieces_of(records), held.pop_all()
        return {}, lasting

    def _piece(self, asked: dict[str, Any], body: bytes) -> Answer:
        pieces, _ = self._reports[asked["report"]]
        return {}, to_lines(next(pieces, []))  # none are left where there are none

    def _done(self, asked: dict[str, Any], body: bytes) -> Answer:
        _, held = self._reports.pop(asked["report"], (None, ExitStack()))
        held.close()
        return {}, b""


def end_with_who_asks() -> None:
    """Where whoever asks is killed in the middle of a question, nobody is left to say that it takes too long."""
    with suppress(AttributeError, OSError):  # Linux has it; elsewhere it ends once it has read to the end
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer in the order of the questions."""
    reader = Reader(registry.sources())
    gc.collect()
    gc.freeze()  # what was loaded stays for good
    gc.set_threshold(20_000, 20, 50)
    answer: Answer = {"ready": True}, b""
    while True:
        answers.writelines(packed(*answer))
        answers.flush()
        if (frame := read_frame(asked)) is None:
            return
        answer = reader.answer(*frame)


if __name__ == "__main__":
    # Whoever started it says when it ends, by asking no more: a signal to the whole group is not meant for it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    end_with_who_asks()
    # Whoever asked may be gone: closing, too, writes what is left.
    with suppress(BrokenPipeError), os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        serve(sys.stdin.buffer, answers)
