"""The recognizer class of all families: regular expressions, a check, context words, and no silence.

Presidio's own `PatternRecognizer` logs a regex that runs out of time and goes on as if nothing had
been there. A note whose identifiers were not looked for must not leave, so ours raises. Both the
batch path (`deid.recognizers.PatternTagger`) and Presidio's analyzer come through
`FormRecognizer.find`; offsets, scores and context are therefore the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import regex
from presidio_analyzer import AnalysisExplanation, Pattern, PatternRecognizer, RecognizerResult

from nlp.errors import ClinsiftError

TIMEOUT = 10.0
"""Seconds that one pattern may take on one text."""

WEAK = 0.5
"""Below this a form says little by itself and a context word is looked for."""

CONTEXT_WINDOW = 60
"""Characters before a weak match in which a context word counts."""

LIFT_SAME_LINE, LIFT_EARLIER_LINE = 0.4, 0.2
"""What a context word adds to the score of a weak match (Presidio's enhancer adds 0.35)."""

CERTAIN = 0.99
"""Score of a match that passed a check digit or the like."""

Check = Callable[[str], bool | None]
"""Tells of a matched value: right beyond doubt (True), impossible (False), nothing learned (None)."""

Form = tuple[str, str, float] | tuple[str, str, float, str]
"""Name, regular expression of the `regex` module, score; then, perhaps, the gate (`FormRecognizer`)."""

Match = tuple[int, int, float, Pattern]
"""Start, end, score with context, and the pattern that matched."""

_STEM = 4
_WORDS = regex.compile(r"\p{L}+")


def stems(text: str) -> frozenset[str]:
    """Return the first letters of every word of a text, lower case: what gates look at."""
    return frozenset(word[:_STEM] for word in set(_WORDS.findall(text.lower())))


class PatternTimeoutError(ClinsiftError):
    """A pattern took too long on a text; the text counts as not searched."""

    def __init__(self, recognizer: str, pattern: str, seconds: float) -> None:
        super().__init__(
            f"recognizer {recognizer!r}, pattern {pattern!r}: no end after {seconds:g} s on one text; "
            "the note must be quarantined or the timeout raised"
        )
        self.recognizer, self.pattern, self.seconds = recognizer, pattern, seconds

    def __reduce__(self) -> tuple[type[PatternTimeoutError], tuple[str, str, float]]:
        return type(self), (self.recognizer, self.pattern, self.seconds)


class FormRecognizer(PatternRecognizer):  # type: ignore[misc]  # presidio has no types
    r"""Finds one kind of identifier by its form.

    A pattern matches the value alone; what must stand before it is a look-behind or ends in ``\K``.
    Case matters unless a pattern says ``(?i)``.

    Most patterns need a word: a label, a month, a unit. Such a pattern has a gate, words of which one
    must occur in the text (their first four letters are compared), else it is not run at all. Gates
    save most of the time and must never change what is found; a test holds them to that.

    Args:
        label: the PHI label that it gives (`nlp.labels.PHI_LABELS`).
        name: unique among our recognizers.
        patterns: see `Form`; a gate is words with blanks between them.
        context: words, lower case; one of them shortly before a match below `WEAK` lifts its score.
        check: judges a matched value, see `Check`.
    """

    def __init__(
        self,
        label: str,
        name: str,
        patterns: Sequence[Form],
        context: Sequence[str] = (),
        check: Check | None = None,
    ) -> None:
        super().__init__(
            supported_entity=label,
            name=name,
            patterns=[Pattern(*form[:3]) for form in patterns],
            context=list(context),
            global_regex_flags=regex.MULTILINE,
        )
        self.label = label
        self.check = check
        gates = [frozenset(word[:_STEM] for word in "".join(form[3:]).split()) for form in patterns]
        self._gated = list(zip(self.patterns, gates, strict=True))
        for pattern in self.patterns:
            pattern.compiled_with_flags = self.global_regex_flags
            pattern.compiled_regex = regex.compile(pattern.regex, self.global_regex_flags)
        words = "|".join(map(regex.escape, sorted(context, key=len, reverse=True)))
        self._context_regex = regex.compile(rf"(?i)(?<![^\W\d_])(?:{words})(?![^\W\d_])") if context else None

    def validate_result(self, pattern_text: str) -> bool | None:
        """Return what the check says of a matched value."""
        return self.check(pattern_text) if self.check else None

    def find(self, text: str, timeout: float = TIMEOUT, text_stems: frozenset[str] | None = None) -> list[Match]:
        """Return every match, in the order of the patterns.

        Args:
            text: any text; lone surrogates and NUL do no harm.
            timeout: seconds for each pattern.
            text_stems: `stems` of the text where they are known already.

        Raises:
            PatternTimeoutError: a pattern took longer.
        """
        found: list[Match] = []
        text_stems = stems(text) if text_stems is None else text_stems
        check = self.check
        for pattern, gate in self._gated:
            if gate and gate.isdisjoint(text_stems):
                continue
            try:
                for match in pattern.compiled_regex.finditer(text, timeout=timeout):
                    start, end = match.span()
                    verdict = check(text[start:end]) if check else None
                    if start == end or verdict is False:
                        continue
                    score = CERTAIN if verdict else self._in_context(text, start, pattern.score)
                    found.append((start, end, score, pattern))
            except TimeoutError:
                raise PatternTimeoutError(self.name, pattern.name, timeout) from None
        return found

    def _in_context(self, text: str, start: int, score: float) -> float:
        """Return the score of a match at ``start``, lifted if it is weak and a context word precedes."""
        if score >= WEAK or self._context_regex is None:
            return score
        low = max(0, start - CONTEXT_WINDOW)
        line = max(low, text.rfind("\n", low, start) + 1)
        if self._context_regex.search(text, line, start):
            return score + LIFT_SAME_LINE
        return score + LIFT_EARLIER_LINE if self._context_regex.search(text, low, line) else score

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        """Return the matches in Presidio's form.

        ``regex_flags`` is not used: our patterns state their own. Context has been reckoned with
        already, and the results say so, so that Presidio's enhancer does not add to the score again.

        Raises:
            PatternTimeoutError: where Presidio's own recognizers would return nothing.
        """
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY: True,
        }
        results = [
            RecognizerResult(self.label, start, end, score, self._explain(score, pattern), dict(metadata))
            for start, end, score, pattern in self.find(text)
        ]
        return self.remove_duplicates(results)  # type: ignore[no-any-return]

    def _explain(self, score: float, pattern: Pattern) -> AnalysisExplanation:
        return AnalysisExplanation(
            recognizer=self.name,
            original_score=pattern.score,
            pattern_name=pattern.name,
            pattern=pattern.regex,
            textual_explanation=f"pattern {pattern.name!r} of {self.name!r}, score {score:g} with context",
        )
