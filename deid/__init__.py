"""What PHI is and what happens to it: recognizers, merge, policies, transforms, leak check."""

from nlp.environment import require_no_foreign_deid

require_no_foreign_deid()
