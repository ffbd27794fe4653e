"""The layout model in the PyMuPDF wheel: what the parts of a page are, in its opinion.

Boxes and kinds are all that is taken from it; text, cells and order come from words and geometry.
One thread and no table grid: .18 CPU-s a page, against .38 for the library's own call (44 pages of
reports and statistics on 2 cores).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from parsers.pdf.page import ModelRegion, RegionKind
from parsers.pdf.reader_pymupdf import OpenFile, faults, out_of_memory
from schemas.errors import MissingExtraError
from schemas.geometry import BBox

FEATURES = "imf+rf"
"""Features of the page's picture and of its lines together; `rf` alone costs a quarter."""
_KINDS = {str(kind): kind for kind in RegionKind}


@cache
def _package() -> Any:
    """The module of the model.

    It would load a second model and switch PyMuPDF's own table finder over when it is imported,
    unless a hook is set. Raises MissingExtraError when a part of it is not installed.
    """
    try:
        import pymupdf

        library: Any = pymupdf
        hook, library._get_layout = library._get_layout, lambda *_, **__: None
        try:
            return import_module("pymupdf.layout.onnx.BoxRFDGNN")
        finally:
            library._get_layout = hook
    except ImportError as error:
        raise MissingExtraError("pymupdf-layout", "", "pdf_profile 'best'") from error


@cache
def _network() -> Any:
    """The model, loaded once a process; one thread a session: more of them spin while they wait."""
    package = _package()
    usual = package.make_session

    def one_thread(path: str, providers: Any = None) -> Any:
        options = package.ort.SessionOptions()
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return package.ort.InferenceSession(path, sess_options=options, providers=providers)

    package.make_session = one_thread
    try:
        network = package.BoxRFDGNN(feature_set_name=FEATURES)
    finally:
        package.make_session = usual
    network.table_grid_extractor = None
    return network


@cache
def _faults() -> tuple[type[Exception], ...]:
    """What a page can make the model raise: PyMuPDF's errors, and those of its runtime."""
    state = _package().ort.capi.onnxruntime_pybind11_state
    own = [
        error for error in vars(state).values()
        if isinstance(error, type) and issubclass(error, Exception)
    ]  # fmt: skip
    return (*faults(), *own)


class PyMuPdfLayoutModel:
    """A `LayoutModel` over an open file; raises ParseError like the reader when it cannot open."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._file = OpenFile(data, password)

    def regions(self, number: int) -> tuple[ModelRegion, ...]:
        """Parts of page `number`; () for a turned page, which the model was not made for."""
        network = _network()
        try:
            page = self._file.page(number)
            if page.rotation:
                return ()
            found = network.predict(page, do_sort=False)
        except _faults() as error:
            out_of_memory(error)
            return ()
        return tuple(
            ModelRegion(_KINDS[name], BBox(*(round(float(value), 1) for value in box)))
            for *box, name in found
            if name in _KINDS
        )

    def close(self) -> None:
        """Gives the file's memory back."""
        self._file.close()
