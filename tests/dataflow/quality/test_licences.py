"""Licences are found where a document carries one, and nowhere else."""

from __future__ import annotations

import json

import polars as pl
import pytest

from dataflow.quality import licence_names
from dataflow.quality.licences import FindLicense, find_license
from tests.dataflow.quality.licence_cases import (
    BODY,
    BODY_ZH,
    GRANTED,
    GRANTED_ZH,
    MENTIONED,
    MENTIONED_ZH,
    SECOND_GRANTED,
    SECOND_MENTIONED,
)


@pytest.mark.parametrize(("notice", "expected"), GRANTED + SECOND_GRANTED)
def test_a_notice_below_an_english_text_is_its_licence(notice: str, expected: str) -> None:
    assert find_license(BODY + notice) == expected


@pytest.mark.parametrize(("notice", "expected"), GRANTED_ZH)
def test_a_notice_below_a_chinese_text_is_its_licence(notice: str, expected: str) -> None:
    assert find_license(BODY_ZH + notice) == expected


@pytest.mark.parametrize("sentence", MENTIONED + SECOND_MENTIONED)
def test_a_mention_in_an_english_text_is_no_licence(sentence: str) -> None:
    assert find_license(BODY + sentence) == ""


@pytest.mark.parametrize("sentence", MENTIONED_ZH)
def test_a_mention_in_a_chinese_text_is_no_licence(sentence: str) -> None:
    assert find_license(BODY_ZH + sentence) == ""


def test_the_labelled_sets_are_as_large_as_the_docs_say() -> None:
    granted = GRANTED + GRANTED_ZH + SECOND_GRANTED
    mentioned = MENTIONED + MENTIONED_ZH + SECOND_MENTIONED
    assert (len(granted), len(mentioned)) == (95, 95)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"license": "CC-BY-4.0"}, "CC-BY-4.0"),
        ({"license": {"name": "MIT License"}}, "MIT"),
        ({"licence": "GPL-2.0+"}, "GPL-2.0-or-later"),
        ({"dc:rights": "https://creativecommons.org/licenses/by-sa/4.0/"}, "CC-BY-SA-4.0"),
        ({"License": ["Apache-2.0", "MIT"]}, "Apache-2.0"),
        ({"rights": "All rights reserved"}, "MIT"),
        ({"license": 7}, "MIT"),
        ("a list of licenses", "MIT"),
    ],
)
def test_the_metadata_count_first_where_they_name_one(value: object, expected: str) -> None:
    assert find_license("License: MIT", json.dumps(value)) == expected


def test_metadata_that_are_no_json_are_passed_over() -> None:
    assert find_license("License: MIT", '{"license": ') == "MIT"
    assert find_license("License: MIT", '{"license":' * 5000) == "MIT"


def test_withdrawn_ids_and_nested_expressions_are_written_as_today() -> None:
    assert find_license("# SPDX-License-Identifier: GPL-2.0\n") == "GPL-2.0-only"
    tag = "# SPDX-License-Identifier: (LGPL-2.1+ OR MIT) AND BSD-3-Clause\n"
    assert find_license(tag) == "(LGPL-2.1-or-later OR MIT) AND BSD-3-Clause"


def test_a_source_file_within_one_fence_is_not_an_example() -> None:
    code = "```c\n// SPDX-License-Identifier: MIT\nint main(void) { return 0; }\n```"
    assert find_license(code) == "MIT"


def test_the_text_of_a_licence_counts_once_whatever_it_says_of_others() -> None:
    text = (
        "GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\n\nEveryone may distribute verbatim "
        "copies.\n\nThis program is free software: you can redistribute it under the terms of the "
        "GNU General Public License as published, either version 3 of the License, or (at your "
        "option) any later version."
    )
    assert find_license(text) == "GPL-3.0-only"


def test_the_column_has_a_value_for_every_row() -> None:
    frame = pl.DataFrame(
        {"doc_id": ["a", "b", "c"], "text": ["License: MIT", None, "港口"], "metadata": [None] * 3},
        schema_overrides={"metadata": pl.String},
    )
    assert FindLicense()(frame)["license"].to_list() == ["MIT", "", ""]
    assert FindLicense()(frame.drop("metadata"))["license"].to_list() == ["MIT", "", ""]
    empty = FindLicense()(frame.clear())
    assert empty.schema["license"] == pl.String


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "license " * 100_000,
        "this " * 100_000 + "CC BY",
        "CC BY" + "-BY" * 50_000 + " license",
        "license:" + " " * 200_000 + "MIT",
        "licensed ```\n" * 20_000,
        "© " * 1900 + "under the MIT License",
        "This work " * 390 + "MIT",
        "SPDX-License-Identifier:" + " " * 200_000 + "x",
        "\n\n".join(["## License"] * 20_000),
    ],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    assert isinstance(find_license(text), str)


def test_anchors_keep_no_name_from_its_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [*GRANTED, *SECOND_GRANTED, *GRANTED_ZH]
    texts = [form for notice, _ in rows for form in (notice, notice.upper(), notice.lower())]
    texts += [*MENTIONED, *SECOND_MENTIONED, *MENTIONED_ZH]
    gated = [licence_names.named(text) for text in texts]
    always = tuple((("",), pattern, make) for _, pattern, make in licence_names._PATTERNS)
    monkeypatch.setattr(licence_names, "_PATTERNS", always)
    assert [licence_names.named(text) for text in texts] == gated
    assert sum(map(len, gated)) > len(rows)
