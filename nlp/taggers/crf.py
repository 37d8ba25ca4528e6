"""A linear-chain conditional random field (Lafferty et al. 2001) in scaled probability space.

Forward and backward recursions are batched matrix products, rescaled at every step (Rabiner 1989),
which is several times faster on a CPU than log-sum-exp over 60 tags.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Crf(nn.Module):
    """Transition scores between ``tags`` tags, with start and end scores."""

    def __init__(self, tags: int) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.first = nn.Parameter(torch.zeros(tags))
        self.last = nn.Parameter(torch.zeros(tags))

    def _forward_messages(self, potentials: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return scaled forward messages (batch, length, tags) and log scales (batch, length)."""
        step = self.transitions.exp()
        alpha = self.first.exp() * potentials[:, 0]
        alphas, scales = [], []
        # unbind, not an index per step: the gradient of an index is a tensor of the whole size.
        for t, (potential, here) in enumerate(zip(potentials.unbind(1), mask.unbind(1), strict=True)):
            if t:
                alpha = torch.where(here[:, None], (alpha @ step) * potential, alpha)
            scale = alpha.sum(-1, keepdim=True).clamp_min(1e-30)
            alpha = alpha / scale
            alphas.append(alpha)
            scales.append(scale.squeeze(-1).log())
        return torch.stack(alphas, 1), torch.stack(scales, 1)

    def log_likelihood(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Return the log-likelihood of ``tags`` per sequence, shape (batch,).

        Args:
            emissions: scores (batch, length, tags).
            tags: gold tags (batch, length); anything where masked out.
            mask: True at words; sequences are left-aligned and hold at least one word.
        """
        log_z = self._log_sum(emissions, mask)
        lengths = mask.sum(1)
        batch = torch.arange(len(tags), device=tags.device)
        tags = tags.clamp_min(0)
        score = (emissions.gather(-1, tags[..., None]).squeeze(-1) * mask).sum(1)
        score = score + (self.transitions[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]).sum(1)
        return score + self.first[tags[:, 0]] + self.last[tags[batch, lengths - 1]] - log_z

    def log_mass(self, emissions: Tensor, allowed: Tensor, mask: Tensor) -> Tensor:
        """Return the log of the summed likelihood of all allowed tag sequences per sequence, shape (batch,).

        Args:
            allowed: True at the tags a word may have (batch, length, tags); at least one a word.
        """
        within = emissions.masked_fill(~allowed, -torch.inf)
        return self._log_sum(within, mask) - self._log_sum(emissions, mask)

    def _log_sum(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return the log of the summed scores of all tag sequences per sequence, shape (batch,)."""
        peak = emissions.max(-1, keepdim=True).values
        alphas, scales = self._forward_messages((emissions - peak).exp(), mask)
        batch = torch.arange(len(mask), device=mask.device)
        final = (alphas[batch, mask.sum(1) - 1] * self.last.exp()).sum(-1).clamp_min(1e-30).log()
        return final + ((scales + peak.squeeze(-1)) * mask).sum(1)

    def marginals(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Return the posterior probability of every tag at every word (batch, length, tags)."""
        potentials = (emissions - emissions.max(-1, keepdim=True).values).exp()
        alphas, _ = self._forward_messages(potentials, mask)
        step = self.transitions.exp().T
        end = self.last.exp().expand_as(potentials[:, 0])
        beta = end
        betas = [beta]
        for t in range(potentials.shape[1] - 1, 0, -1):
            moved = (potentials[:, t] * beta) @ step
            moved = moved / moved.sum(-1, keepdim=True).clamp_min(1e-30)
            beta = torch.where(mask[:, t, None], moved, end)
            betas.append(beta)
        joint = alphas * torch.stack(betas[::-1], 1)
        return joint / joint.sum(-1, keepdim=True).clamp_min(1e-30)
