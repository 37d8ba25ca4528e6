"""Losses over words of which a corpus tells only some of the tags they may have.

Tag ids below the number of tags are tags. An id of ``count + i`` stands for row ``i`` of ``sets``, a
boolean matrix of shape (sets, tags): the tag is one of those. `MASKED` words may have any tag.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from nlp.labels import MASKED


def allowed_tags(tags: Tensor, sets: Tensor | None, count: int) -> Tensor:
    """Return which of ``count`` tags each word may have, as one more dimension."""
    rows = [torch.eye(count, dtype=torch.bool, device=tags.device)]
    rows += [] if sets is None else [sets]
    rows.append(torch.ones(1, count, dtype=torch.bool, device=tags.device))
    table = torch.cat(rows)
    return table[torch.where(tags == MASKED, len(table) - 1, tags)]


def partial_cross_entropy(logits: Tensor, tags: Tensor, sets: Tensor | None) -> Tensor:
    """Return the mean over the known words of ``-log sum of p over the tags a word may have``.

    With one tag a word this is the cross-entropy (Durrett and Klein 2013 for the marginal form).

    Args:
        logits: (words, tags).
        tags: (words,); 0 is returned where all are `MASKED`.
    """
    count = logits.shape[-1]
    known = int((tags != MASKED).sum())
    if not known:
        return logits.sum() * 0.0
    if sets is None:
        return functional.cross_entropy(logits, tags, ignore_index=MASKED)
    several = tags >= count
    exact = functional.cross_entropy(logits, tags.masked_fill(several, MASKED), ignore_index=MASKED, reduction="sum")
    rows = logits[several]
    excluded = ~allowed_tags(tags[several], sets, count)
    within = rows.masked_fill(excluded, -torch.inf).logsumexp(-1)
    return (exact + (rows.logsumexp(-1) - within).sum()) / known
