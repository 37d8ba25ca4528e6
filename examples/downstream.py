"""Train a small model on MEDS data made from notes: which fictional patients come back within a month?

The notes name diseases that the patient has, has not, or that run in the family; only the first kind counts.
A model that sees codes without their assertion cannot tell them apart.

usage: python examples/downstream.py
"""

import random
import tempfile
from pathlib import Path

import pyarrow.dataset as ds
import torch

from deid.keys import SecretKey
from extractors.exports import export
from extractors.exports.source import NoteRecords, NoteRow
from nlp import Note, Pipeline

PROBLEMS = ("heart failure", "COPD", "type 2 diabetes", "hypertension", "asthma", "gout", "pneumonia", "migraine")
RISKS = {"heart failure": 2.0, "COPD": 1.5}
PATIENTS = 120


def make_patient(number: int, draw: random.Random) -> tuple[Note, bool]:
    """Return the note of a made-up patient and whether the patient came back."""
    told = draw.sample(PROBLEMS, 4)
    text = (
        f"Date: {draw.randint(1, 12)}/{draw.randint(1, 28)}/2023\n\nPatient has {told[0]} and {told[1]}.\n"
        f"No {told[2]}.\nFamily history: mother had {told[3]}.\n"
    )
    risk = sum(RISKS.get(problem, 0.0) for problem in told[:2])
    note = Note(f"n{number}", text, patient_id=f"p{number}", note_type="discharge", note_date="2023-05-06")
    return note, draw.random() < (0.95 if risk else 0.05)


def make_meds(notes: list[Note], target: Path) -> None:
    """De-identify the notes and write what is found in them as MEDS."""
    pipeline = Pipeline.load(policy="surrogate", key=SecretKey(b"an example needs no secret"))
    entries = [
        NoteRecords(
            part="part-00000",
            note=NoteRow(note_id=r.note_id, patient_key=r.patient_key, note_date=r.note_date, text=r.text),
            diagnoses=r.diagnoses,
            problems=r.problems,
            medications=r.medications,
            allergies=r.allergies,
        )
        for r in pipeline.pipe(notes)
    ]
    print(export(entries, "meds", target))


def features(folder: Path, *, with_assertion: bool) -> dict[str, set[str]]:
    """Return the features of each note: code or words, with or without the assertion that stands behind them."""
    found: dict[str, set[str]] = {}
    for row in ds.dataset(folder / "data").to_table().to_pylist():
        system, code, *assertion = row["code"].split("//")
        name = row["text_value"].lower() if code == "UNCODED" else f"{system}//{code}"
        found.setdefault(row["note_id"], set()).add("//".join([name, *assertion]) if with_assertion else name)
    return found


def accuracy(found: dict[str, set[str]], outcomes: dict[str, bool]) -> float:
    """Train a logistic regression on two thirds of the patients; return its accuracy on the others."""
    names = sorted({name for own in found.values() for name in own})
    ids = sorted(outcomes)
    x = torch.tensor([[float(name in found.get(note, ())) for name in names] for note in ids])
    y = torch.tensor([float(outcomes[note]) for note in ids])
    cut = 2 * len(ids) // 3
    torch.manual_seed(0)
    model = torch.nn.Linear(len(names), 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05, weight_decay=1e-3)
    for _ in range(300):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(x[:cut])[:, 0], y[:cut])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return float(((model(x[cut:])[:, 0] > 0) == (y[cut:] > 0)).float().mean())


def main() -> None:
    """Print how well the outcome is predicted with and without assertions."""
    draw = random.Random(0)
    patients = [make_patient(number, draw) for number in range(PATIENTS)]
    outcomes = {note.note_id: back for note, back in patients}
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "meds"
        make_meds([note for note, _ in patients], target)
        for with_assertion in (True, False):
            score = accuracy(features(target, with_assertion=with_assertion), outcomes)
            print(f"accuracy {'with' if with_assertion else 'without'} assertions: {score:.2f}")


if __name__ == "__main__":
    main()
