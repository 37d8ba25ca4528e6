"""Speed, memory and start-up of the batch job, beside Presidio's AnalyzerEngine on the same notes.

usage: python scripts/benchmark.py NOTES.jsonl [--columns text=...,note_id=...] [--spacy-model FOLDER]
                                   [--profile 200] [--repeat 10] [-- options of `clinsift run`]

Speeds depend on the machine: read them as ratios of one run. Memory is the proportional set size
summed over all processes of the job (shared pages count once), sampled twice a second.
"""

from __future__ import annotations

import cProfile
import json
import multiprocessing
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.table import Table

# What a stage of the pipeline is called, and the function whose cumulative time it is.
STAGES = (
    ("neural tagger", "neural.py", "tag"),
    ("  of it the model", "neural.py", "_run"),
    ("patterns", "recognizers/__init__.py", "tag"),
    ("resolve PHI", "resolve.py", "resolve"),
    ("assertion, status, links", "structure.py", "structure"),
    ("transform", "transform.py", "transform"),
    ("leak check", "leak.py", "find_leaks"),
    ("records", "records.py", "build_records"),
)


def read_notes(path: Path, columns: dict[str, str]) -> list[dict[str, Any]]:
    """Return the rows of a JSON lines file with the columns ``note_id`` and ``text``."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{"note_id": str(r[columns["note_id"]]), "text": r[columns["text"]]} for r in rows]


def tree_memory(process: psutil.Process) -> int:
    """Return the proportional set size of a process and all its descendants, in bytes."""
    total = 0
    for member in (process, *process.children(recursive=True)):
        try:
            total += member.memory_full_info().pss
        except psutil.Error:
            continue  # it ended between the two calls
    return total


def run_job(notes: Path, out: Path, options: Sequence[str]) -> dict[str, float]:
    """Run ``clinsift run`` and return seconds and peak memory in GB."""
    started = time.monotonic()
    command = [sys.executable, "-m", "nlp.cli", "run", str(notes), str(out), *options]
    job = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    watched, peak = psutil.Process(job.pid), 0
    while job.poll() is None:
        try:
            peak = max(peak, tree_memory(watched))
        except psutil.NoSuchProcess:
            break
        time.sleep(0.5)
    if job.wait() not in (0, 3):
        raise SystemExit(f"clinsift run ended with exit code {job.returncode}")
    return {"seconds": time.monotonic() - started, "peak_gb": peak / 1e9}


def load_seconds() -> float:
    """Return the seconds from a bare interpreter to a loaded pipeline."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-c", "from nlp import Pipeline; Pipeline.load()"], check=True, stderr=subprocess.DEVNULL
    )
    return time.monotonic() - started


def presidio_engine(model: str) -> Any:
    """Return Presidio's AnalyzerEngine with its default recognizers and one spaCy model."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    return AnalyzerEngine(nlp_engine=SpacyNlpEngine(models=[{"lang_code": "en", "model_name": model}]))


def presidio_share(texts: Sequence[str], model: str) -> float:
    """Analyze texts with Presidio; return seconds without loading."""
    engine = presidio_engine(model)
    engine.analyze("Warm-up by John Smith.", language="en")
    started = time.monotonic()
    for text in texts:
        engine.analyze(text, language="en")
    return time.monotonic() - started


def presidio(texts: Sequence[str], model: str, processes: int = 2) -> float:
    """Return the seconds Presidio takes with the texts dealt out to processes."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        shares = [(texts[i::processes], model) for i in range(processes)]
        return max(pool.starmap(presidio_share, shares))


def profile(texts: Sequence[str]) -> list[tuple[str, float]]:
    """Return the share of the pipeline's time that each stage takes, on one thread."""
    import torch

    from nlp import Note, Pipeline

    torch.set_num_threads(1)
    pipeline = Pipeline.load()
    notes = [Note(str(i), text) for i, text in enumerate(texts)]
    pipeline.process(notes[:8])
    profiler = cProfile.Profile()
    started = time.monotonic()
    profiler.enable()
    for start in range(0, len(notes), 32):
        pipeline.process(notes[start : start + 32])
    profiler.disable()
    total = time.monotonic() - started
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]

    def seconds(file: str, function: str) -> float:
        return sum(v[3] for (path, _, name), v in stats.items() if path.endswith(file) and name == function)

    return [(stage, seconds(file, function) / total) for stage, file, function in STAGES]


def main(
    notes: Path,
    columns: Annotated[str, typer.Option(help="note_id=NAME,text=NAME")] = "note_id=note_id,text=text",
    spacy_model: Annotated[str | None, typer.Option(help="Run Presidio too, with this spaCy model.")] = None,
    profile_notes: Annotated[int, typer.Option("--profile", help="Notes to profile.")] = 200,
    repeat: Annotated[int, typer.Option(help="Also run on a dump this many times as large.")] = 0,
    options: Annotated[list[str] | None, typer.Argument(help="Options of `clinsift run`.")] = None,
) -> None:
    """Print every figure as soon as it is measured, the larger dump last."""
    rows = read_notes(notes, dict(pair.split("=") for pair in columns.split(",")))
    characters = sum(len(r["text"]) for r in rows)
    console = Console(width=140, highlight=False)

    def tell(name: str, times: int, seconds: float, peak: float | None = None) -> None:
        memory = f", peak memory {peak:.2f} GB" if peak else ""
        speed = f"{times * len(rows) / seconds:.1f} notes/s, {times * characters / seconds:,.0f} characters/s"
        console.print(f"{name}: {times * len(rows):,} notes in {seconds:.0f} s, {speed}{memory}")

    def batch_job(times: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder) / "dump.jsonl"
            with dump.open("w", encoding="utf-8") as stream:
                for copy in range(times):
                    stream.writelines(json.dumps({**r, "note_id": f"{copy}-{r['note_id']}"}) + "\n" for r in rows)
            job = run_job(dump, Path(folder) / "out", options or [])
        tell(f"clinsift run, dump x{times}", times, job["seconds"], job["peak_gb"])

    batch_job(1)
    if spacy_model:
        texts = [r["text"] for r in rows]
        tell("Presidio AnalyzerEngine, 2 processes, without loading", 1, presidio(texts, spacy_model))
    console.print(f"from a bare interpreter to a loaded pipeline: {load_seconds():.1f} s")
    shares = Table("stage", "share of the time")
    for stage, share in profile([r["text"] for r in rows[:profile_notes]]):
        shares.add_row(stage, f"{share:.1%}")
    console.print(shares)
    if repeat:
        batch_job(repeat)


if __name__ == "__main__":
    typer.run(main)
