"""Images and shapes of a page that PDFium has loaded.

`api` is the library as `reader_pdfium` binds it: its C functions, with handles as integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from parsers.pdf.page import MAX_PATHS
from parsers.pdf.pdfium_text import Cells, Frame, paint
from parsers.pdf.shapes import Matrix, Outline, Shapes
from schemas.geometry import BBox

MAX_OBJECTS = 200_000
"""Page objects that are looked at; a page with more is a drawing, of which the text is enough."""
MAX_SEGMENTS = 100_000
"""Sides of one path, and of a page's paths together, that are looked at."""
MAX_DEPTH = 12
"""Form XObjects within each other that are followed for lines; text is found at any depth."""
_PATH, _IMAGE, _SHADING, _FORM = 2, 3, 4, 5
_CURVE, _MOVE = 1, 2


@dataclass
class Drawn:
    """Images and shapes of a page, on the page before /Rotate; `n_paths` counts the paths."""

    images: list[BBox] = field(default_factory=list)
    shapes: Shapes = field(default_factory=Shapes)
    n_paths: int = 0
    n_objects: int = 0
    n_segments: int = 0


class DrawnObjects:
    """Reads images and paths of a loaded page, those inside form XObjects included."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self._cells = Cells()

    def read(self, page: int, frame: Frame) -> Drawn:
        """What the page draws; a page above MAX_PATHS paths has its shapes left out."""
        api, found = self._api, Drawn()
        for index in range(max(0, api.FPDFPage_CountObjects(page))):
            if found.n_objects >= MAX_OBJECTS:
                break
            self._add(found, api.FPDFPage_GetObject(page, index), frame.matrix, 0)
        if found.n_paths > MAX_PATHS:
            found.shapes = Shapes()
        return found

    def _add(self, found: Drawn, handle: int, matrix: Matrix, depth: int) -> None:
        api = self._api
        found.n_objects += 1
        kind = api.FPDFPageObj_GetType(handle)
        if kind == _PATH:
            self._add_path(found, handle, matrix)
        elif kind in (_IMAGE, _SHADING):
            floats = self._cells.floats
            if api.FPDFPageObj_GetBounds(handle, *self._cells.float_at[:4]):
                box = matrix.box(*floats[:4])
                (found.images if kind == _IMAGE else found.shapes.fills).append(box)
        elif kind == _FORM and depth < MAX_DEPTH:
            inner = self._matrix(handle).then(matrix)
            for index in range(max(0, api.FPDFFormObj_CountObjects(handle))):
                if found.n_objects >= MAX_OBJECTS:
                    break
                self._add(found, api.FPDFFormObj_GetObject(handle, index), inner, depth + 1)

    def _matrix(self, handle: int) -> Matrix:
        cells = self._cells
        if not self._api.FPDFPageObj_GetMatrix(handle, cells.float_at[0]):
            return Matrix()
        return Matrix(*cells.floats)

    def _add_path(self, found: Drawn, handle: int, matrix: Matrix) -> None:
        api, cells = self._api, self._cells
        api.FPDFPath_GetDrawMode(handle, cells.int_at[0], cells.int_at[1])
        filled, stroked = cells.ints[0] != 0, cells.ints[1] != 0
        if not filled and not stroked:
            return  # a clip
        found.n_paths += 1
        count = api.FPDFPath_CountSegments(handle)
        found.n_segments += max(0, count)
        if found.n_paths > MAX_PATHS or found.n_segments > MAX_SEGMENTS or count <= 1:
            return
        pieces = list(self._pieces(handle, count, self._matrix(handle).then(matrix)))
        fill = None
        if filled:
            color, alpha = paint(api, handle, cells, stroked=False)
            fill = color if alpha else None
        found.shapes.add(pieces, fill)

    def _pieces(self, handle: int, count: int, matrix: Matrix) -> Iterator[Outline]:
        """The subpaths of a path; a curve counts with its control points."""
        api, cells = self._api, self._cells
        segment_of, type_of = api.FPDFPath_GetPathSegment, api.FPDFPathSegment_GetType
        point_of, closes = api.FPDFPathSegment_GetPoint, api.FPDFPathSegment_GetClose
        points: list[tuple[float, float]] = []
        curved = closed = False
        for index in range(count):
            segment = segment_of(handle, index)
            kind = type_of(segment)
            if kind == _MOVE and points:
                yield Outline(points, curved, closed)
                points, curved, closed = [], False, False
            point_of(segment, cells.float_at[0], cells.float_at[1])
            points.append(matrix.point(cells.floats[0], cells.floats[1]))
            curved = curved or kind == _CURVE
            closed = closed or bool(closes(segment))
        if points:
            yield Outline(points, curved, closed)
