"""What finds PHI beside the taggers, as it stands in the ``sources`` of spans and of the audit."""

from __future__ import annotations

PATTERNS = "patterns"
PROPAGATION = "propagation"
KNOWN = "known"
"""What is known of the patient; such spans always stay."""
LEAK = "leak"
"""What was still found in the output after everything else had been replaced."""
