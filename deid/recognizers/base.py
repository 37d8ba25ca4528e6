"""The recognizer class of all families: regular expressions, a check, context words, and no silence.

Presidio's own `PatternRecognizer` logs a regex that runs out of time and goes on as if nothing had
been there. A note whose identifiers were not looked for must not leave, so ours raises. Both the
batch path (`deid.recognizers.PatternTagger`) and Presidio's analyzer come through
`FormRecognizer.find`; offsets, scores and context are therefore the same in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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

Match = tuple[int, int, float, Pattern]
"""Start, end, score with context, and the pattern that matched."""

WordIndex = Mapping[str, Sequence[int]]
"""Where the words of a text begin, by their first `_STEM` letters in lower case."""

_STEM = 4
_WORDS = regex.compile(r"\p{L}+")


@dataclass(frozen=True, slots=True)
class Form:
    r"""One regular expression of a recognizer.

    The match is the value alone; what must stand before it is a look-behind or ends in ``\K``. Where
    the word that gives a value away stands behind it, the value is the group ``value`` in a
    look-behind; a group ``begin`` in one tells where a value begins that ends with the match. Case
    matters unless the expression says ``(?i)``.

    Most expressions need a word: a label, a month, a unit. One that names its words is not run on a
    text without any of them, and one that begins at its words is tried there only. This saves most
    of the time and must never change what is found; a test holds the forms to that.

    Attributes:
        name: unique within the recognizer.
        regex: for the `regex` module, compiled with MULTILINE.
        score: without context.
        words: with blanks between them, any case; their first four letters are compared.
        at_word: the expression matches nowhere but where one of the words begins.
    """

    name: str
    regex: str
    score: float
    words: str = ""
    at_word: bool = False


@dataclass(frozen=True, slots=True)
class _Compiled:
    pattern: Pattern
    regex: regex.Pattern[str]
    stems: frozenset[str]
    at_word: bool
    group: str | None

    def span(self, match: regex.Match[str]) -> tuple[int, int]:
        group = self.group or 0
        start: int = match.start(group)
        end: int = match.end(group if group == "value" else 0)
        return start, end

    def matches(self, text: str, index: WordIndex, timeout: float) -> Iterator[regex.Match[str]]:
        if not self.stems:
            yield from self.regex.finditer(text, timeout=timeout)
            return
        present = [stem for stem in self.stems if stem in index]
        if not self.at_word:
            if present:
                yield from self.regex.finditer(text, timeout=timeout)
            return
        for stem in present:
            for start in index[stem]:
                if match := self.regex.match(text, start, timeout=timeout):
                    yield match


def _compile(pattern: Pattern, form: Form, flags: int) -> _Compiled:
    compiled = regex.compile(form.regex, flags)
    group = next((name for name in ("value", "begin") if name in compiled.groupindex), None)
    stems = frozenset(word[:_STEM] for word in form.words.lower().split())
    return _Compiled(pattern, compiled, stems, form.at_word, group)


def index_words(text: str) -> WordIndex:
    """Return where the words of a text begin."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    for match in _WORDS.finditer(text):
        start = match.start()
        index[match[0][:_STEM].lower()].append(start)
    return index


class FormRecognizer(PatternRecognizer):
    """Finds one kind of identifier by its forms.

    Args:
        label: the PHI label that it gives (`nlp.labels.PHI_LABELS`).
        name: unique among our recognizers.
        forms: the expressions.
        context: words, lower case; one of them shortly before a match below `WEAK` lifts its score.
        check: judges a matched value, see `Check`.

    Attributes:
        timeout: seconds for each form when Presidio calls `analyze`.
    """

    name: str  # presidio sets it without saying so

    def __init__(
        self, label: str, name: str, forms: Sequence[Form], context: Sequence[str] = (), check: Check | None = None
    ) -> None:
        patterns = [Pattern(form.name, form.regex, form.score) for form in forms]
        flags = regex.MULTILINE
        super().__init__(
            supported_entity=label, name=name, patterns=patterns, context=list(context), global_regex_flags=flags
        )
        self.label = label
        self.check = check
        self.timeout = TIMEOUT
        self._compiled = [_compile(pattern, form, flags) for pattern, form in zip(patterns, forms, strict=True)]
        words = "|".join(map(regex.escape, sorted(context, key=len, reverse=True)))
        self._context_regex = regex.compile(rf"(?i)(?<![^\W\d_])(?:{words})(?![^\W\d_])") if context else None

    def validate_result(self, pattern_text: str) -> bool | None:
        """Return what the check says of a matched value."""
        return self.check(pattern_text) if self.check else None

    def find(self, text: str, timeout: float = TIMEOUT, index: WordIndex | None = None) -> list[Match]:
        """Return every match, in the order of the forms.

        Args:
            text: any text; lone surrogates and NUL do no harm.
            timeout: seconds for each form.
            index: `index_words` of the text where it is known already.

        Raises:
            PatternTimeoutError: a form took longer.
        """
        found: list[Match] = []
        index = index_words(text) if index is None else index
        check = self.check
        for compiled in self._compiled:
            pattern = compiled.pattern
            try:
                for match in compiled.matches(text, index, timeout):
                    start, end = compiled.span(match)
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

        ``regex_flags`` is not used: our forms state their own. Context has been reckoned with already,
        and the results say so, so that Presidio's enhancer does not add to the score again.

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
            for start, end, score, pattern in self.find(text, self.timeout)
        ]
        return self.remove_duplicates(results)

    def _explain(self, score: float, pattern: Pattern) -> AnalysisExplanation:
        return AnalysisExplanation(
            recognizer=self.name,
            original_score=pattern.score,
            pattern_name=pattern.name,
            pattern=pattern.regex,
            textual_explanation=f"form {pattern.name!r} of {self.name!r}, score {score:g} with context",
        )


class PatternTimeoutError(ClinsiftError):
    """A form took too long on a text; the text counts as not searched."""

    def __init__(self, recognizer: str, form: str, seconds: float) -> None:
        super().__init__(
            f"recognizer {recognizer!r}, form {form!r}: no end after {seconds:g} s on one text; "
            "the note must be quarantined or the timeout raised"
        )
        self.recognizer, self.form, self.seconds = recognizer, form, seconds

    def __reduce__(self) -> tuple[type[PatternTimeoutError], tuple[str, str, float]]:
        return type(self), (self.recognizer, self.form, self.seconds)
