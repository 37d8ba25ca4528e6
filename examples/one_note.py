"""De-identify one fictional note and print what was found in it.

usage: python examples/one_note.py
"""

from nlp import Note, Pipeline

NOTE = Note(
    note_id="example-1",
    patient_id="p-1",
    text=(
        "Mrs. Odalys Brunquist, 93, MRN 4471-0926, was seen on 3/14/2024 by Dr. Tamsin Ojo for COPD exacerbation. "
        "No pneumonia on the film. Started prednisone 40 mg PO daily for 5 days; call her son Per at 555-0142.\n"
    ),
    identifiers={"last_name": "Brunquist", "mrn": "4471-0926"},
)


def main() -> None:
    """Print the de-identified text, the PHI spans and the records."""
    result = Pipeline.load()(NOTE)
    print(result.text)
    for span in result.phi:  # offsets into the original text
        print(f"{span.start:4} {span.end:4} {span.label:14} {', '.join(span.sources)}")
    for record in (*result.diagnoses, *result.medications):  # offsets into the de-identified text
        print(record)


if __name__ == "__main__":
    main()
