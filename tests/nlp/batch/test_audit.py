"""The audit of a shard: figures in a table, the marker and the page, and never a word of a note."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from deid.audit import AuditRow
from deid.keys import SecretKey
from deid.policy import load_policy
from deid.recognizers import PatternTagger
from nlp.batch import JobConfig
from nlp.batch.folder import OutFolder
from nlp.batch.html import report_page
from nlp.batch.plan import make_plan
from nlp.batch.report import RunReport, Totals, summary_table
from nlp.batch.shardwork import ShardWork
from nlp.pipeline import Pipeline
from nlp.reading import ShardReader

CANARIES = ("zebulon.quix@mail.test", "617-555-0143", "quixotic-canary-word", "123-45-6789")
NOTE = f"E-mail {CANARIES[0]}, phone {CANARIES[1]}, SSN {CANARIES[3]}. {CANARIES[2]}, seen 3/14/2024."


def work_on(source: Path, out: Path) -> tuple[OutFolder, dict[str, Any]]:
    """Process a dump of one shard with the patterns alone."""
    config = JobConfig(inputs=(str(source),), out=out)
    folder = OutFolder(out, config.output_format)
    pipeline = Pipeline((), PatternTagger(), load_policy("safe-harbor"), SecretKey(b"k" * 32), "none")
    with folder.opened():
        (shard,) = make_plan(config, folder)
        return folder, ShardWork(config, folder, pipeline, ShardReader(config.column_map()), "o").run(shard).marker


def report_of(marker: dict[str, Any], **changes: Any) -> RunReport:
    totals = Totals()
    totals.add(marker)
    numbers = dict.fromkeys(
        ("shards", "shards_reused", "worker_crashes", "num_workers", "worker_memory_mb", "driver_memory_mb"), 1
    )
    rates = dict.fromkeys(
        ("seconds", "seconds_reading", "seconds_loading", "notes_per_second", "characters_per_second"), 1.0
    )
    fields: dict[str, Any] = {
        **totals.fields(), **numbers, **rates, "skipped_files": (), "throwaway_key": False, "settings": {},
        "pipeline": {"policy": "safe-harbor:0", "key_id": "abc"}, "input_sha256": "1", "output_sha256": "2",
        "versions": {"clinsift": "0"},
    }  # fmt: skip
    return RunReport(**fields | changes)


class Page(HTMLParser):
    """Collects what a page loads and runs, and its text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.words = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [tag] if tag in ("script", "link", "img", "iframe", "object") else []
        self.loads += [name for name, _ in attrs if name in ("src", "href") or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words += data + "\n"


def test_table_marker_and_report_agree_and_hold_no_text(tmp_path: Path, dump: Callable[..., Path]) -> None:
    folder, marker = work_on(dump(NOTE, NOTE, "Nothing here."), tmp_path / "out")
    rows = pq.read_table(folder.part("audit", 0)).to_pylist()
    assert {row["note_id"] for row in rows} == {"n0", "n1"}
    assert {(row["label"], row["action"]) for row in rows} >= {("EMAIL", "mask"), ("DATE", "generalize")}
    report = report_of(marker)
    assert sum(row.spans for row in report.audit) == sum(row["spans"] for row in rows) == sum(report.phi.values())
    assert RunReport.model_validate_json(report.model_dump_json()) == report
    page = report_page(report)
    for content in (str(rows), str(marker), report.model_dump_json(), page):
        assert [canary for canary in CANARIES if canary.lower() in content.lower()] == []


def test_page_shows_the_figures_and_loads_nothing(tmp_path: Path, dump: Callable[..., Path]) -> None:
    _, marker = work_on(dump(NOTE), tmp_path / "out")
    audit = (
        AuditRow("CITY", "known", "mask", "0.9-1.0", 1234),
        AuditRow("CITY", "known+patterns", "mask", "0.9-1.0", 1),
    )
    page = Page(report_page(report_of(marker, audit=audit, throwaway_key=True)))
    assert page.loads == []
    for shown in ("CITY", "1,235", "known", "patterns", "0.9-1.0", "safe-harbor:0", "abc", "throw-away"):
        assert shown in page.words


def test_page_and_report_tell_of_masked_leaks_and_of_the_recall_on_known_identifiers(tmp_path, dump) -> None:
    _, marker = work_on(dump(NOTE), tmp_path / "out")
    marker["audit"] += [["PATIENT", "leak", "mask", "0.9-1.0", 41], ["DOCTOR", "leak+patterns", "mask", "0.9-1.0", 1]]
    marker["known_identifiers"] = {"PATIENT": {"found": 200, "missed_by_taggers": 3}}
    report = report_of(marker)
    assert report.leaks_masked == {"PATIENT": 41, "DOCTOR": 1}
    words = Page(report_page(report)).words
    for shown in ("42 identifiers passed all sources", "Found by the leak check", "200", "98.5%", "Known identifiers"):
        assert shown in words


def test_page_without_leaks_and_known_identifiers_does_not_speak_of_them(tmp_path, dump) -> None:
    _, marker = work_on(dump("Nothing here."), tmp_path / "out")
    words = Page(report_page(report_of(marker))).words
    assert "leak" not in words
    assert "Known identifiers" not in words


def test_page_escapes_what_comes_from_outside(tmp_path: Path, dump: Callable[..., Path]) -> None:
    _, marker = work_on(dump(NOTE), tmp_path / "out")
    page = report_page(report_of(marker, quarantine={"<script>x</script>": 1}, pipeline={"model": "<img src=x>"}))
    assert Page(page).loads == []


def test_summary_names_the_first_skipped_files(tmp_path: Path, dump: Callable[..., Path]) -> None:
    from io import StringIO

    from rich.console import Console

    _, marker = work_on(dump(NOTE), tmp_path / "out")
    for files, shown in (((), ""), (("a.doc", "[b].pdf"), "2: a.doc, [b].pdf"), (tuple("abcd"), "4: a, b, c, ...")):
        console = Console(file=StringIO(), width=200)
        console.print(summary_table(report_of(marker, skipped_files=files)))
        printed = console.file.getvalue()  # type: ignore[attr-defined]
        assert shown in printed
        assert ("files skipped" in printed) is bool(files)
