"""What is left after de-identification: diagnoses, medications, their assertion, status and records."""
