"""Run the sample notes through a spaCy pipeline and print what became of each.

usage: python examples/spacy_notes.py
"""

import json
from collections import Counter
from importlib.resources import files

import spacy

from nlp import Note
from nlp.errors import Quarantined
from nlp.spacy_components import note_to_doc

SAMPLES = files("nlp") / "samples" / "notes.jsonl"
LIMIT = 5


def main() -> None:
    """Print, for the first samples, the labels that were found and the records."""
    nlp = spacy.blank("en")
    nlp.add_pipe("clinsift_deid")
    nlp.add_pipe("clinsift_extract")
    # A note that fails is reported and marked; the others go on.
    nlp.set_error_handler(lambda name, component, docs, error: print(f"{name}: {error}"))

    rows = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()[:LIMIT]]
    notes = [Note(row["note_id"], row["text"], row.get("patient_id"), row.get("note_type")) for row in rows]
    for doc in nlp.pipe(note_to_doc(nlp, note) for note in notes):
        outcome = doc._.clinsift
        if isinstance(outcome, Quarantined):
            continue
        labels = Counter(span.label_ for span in doc.spans["phi"])
        print(f"{outcome.note_id}: {', '.join(f'{count} {label}' for label, count in labels.most_common())}")
        for record in outcome.medications:  # offsets into the de-identified text
            print(f"    {record.surface}, {record.strength or 'no strength'}, {record.status}")
        for record in outcome.diagnoses:
            print(f"    {record.surface}, {record.assertion}")


if __name__ == "__main__":
    main()
