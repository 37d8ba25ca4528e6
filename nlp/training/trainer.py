"""The training loop of both neural taggers: `accelerate`, AdamW, warm-up and linear decay, averaged weights."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from nlp.taggers.encoder import TransformerModel
from nlp.taggers.neural import ARCHITECTURES, Checkpoint, best_dtype
from nlp.taggers.windows import Window, batches
from nlp.training.dataset import Tagged, encode, from_row, groups, tag_batch

Tensors = tuple[Tensor, ...] | list[Tensor]
AVERAGE_EVERY = 10


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is.

    Attributes:
        number, total: steps done and to do.
        loss: mean of the last twenty steps.
        rate: units of input a second: word pieces (transformer) or words (CNN-RNN).
        seconds_left: estimated.
    """

    number: int
    total: int
    loss: float
    rate: float
    seconds_left: float

    def __str__(self) -> str:
        left = f"{self.seconds_left / 60:.0f} min left"
        return f"step {self.number}/{self.total} loss {self.loss:.4f} {self.rate:,.0f} units/s {left}"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of a run.

    Attributes:
        rate: peak learning rate of the encoder (or of the whole CNN-RNN).
        head_rate: peak learning rate of heads and of the shape and gap embeddings.
        warmup: share of the steps in which the rate grows.
        window, budget: words' pieces per window, padded pieces per batch.
        averaging: decay, per ten steps, of the moving average of the weights; the average is what is saved.
            It is lower at first, so that a short run does not keep the weights of its first steps.
        precision: "bf16" or "no".
        masking: share of the word pieces that the model is not shown: it must read names, drugs and headings from
            what stands around them, and cannot learn a hand-written note by heart.
        weights: of the heads in the loss.
    """

    epochs: float = 1.0
    rate: float = 2e-4
    head_rate: float = 2e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    window: int = 192
    budget: int = 4096
    averaging: float = 0.97
    group: int = 256
    seed: int = 1
    precision: str = "bf16"
    masking: float = 0.1
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"phi": 1.0, "clinical": 1.0, "assertion": 0.4, "status": 0.5}
    )


def config_for(architecture: str, rate: float, **settings: Any) -> TrainingConfig:
    """Return the settings that suit an architecture: a transformer's fresh parts learn at ten times the rate.

    It computes in bf16 where the machine does so natively: elsewhere that takes three times as long as float32.
    """
    if architecture == "transformer":
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        precision = "bf16" if best_dtype(device) is torch.bfloat16 else "no"
        return TrainingConfig(rate=rate, head_rate=10 * rate, precision=precision, **settings)
    return TrainingConfig(rate=rate, head_rate=rate, precision="no", **settings)


def _training_windows(documents: Sequence[Tagged], size: int, rng: random.Random) -> list[Window]:
    """Cut every document into disjoint windows, the first one of random length so that borders vary."""
    cut: list[Window] = []
    for i, tagged in enumerate(documents):
        costs = tagged.document.costs
        total = np.concatenate(([0], np.cumsum(costs)))
        first = rng.randint(size // 3, size) if total[-1] > size else size
        start, room = 0, first
        while start < len(costs):
            end = max(start + 1, int(np.searchsorted(total, total[start] + room, side="right")) - 1)
            cut.append(Window(i, start, end, start, end, int(total[end] - total[start])))
            start, room = end, size
    return cut


def training_batches(
    rows: Sequence[Mapping[str, Any]], checkpoint: Checkpoint, config: TrainingConfig, epoch: int
) -> Iterator[dict[str, Tensor]]:
    """Yield the batches of one pass over the rows, in an order drawn from seed and epoch."""
    rng = random.Random(f"{config.seed}:{epoch}")
    hidden = torch.Generator().manual_seed(rng.getrandbits(63))
    mask = checkpoint.pieces.mask
    collate = ARCHITECTURES[checkpoint.architecture].collate
    order = list(range(len(rows)))
    rng.shuffle(order)
    for chosen in groups(order, config.group):
        tagged = [encode(from_row(rows[i]), checkpoint.pieces, checkpoint.heads) for i in chosen]
        documents = [t.document for t in tagged]
        made = batches(_training_windows(tagged, config.window, rng), config.budget)
        rng.shuffle(made)
        for group in made:
            batch = collate(documents, group)
            drawn = torch.rand(batch["pieces"].shape, generator=hidden) < config.masking
            batch["pieces"] = batch["pieces"].masked_fill(drawn & (batch["pieces"] != 0), mask)
            yield batch | tag_batch(tagged, group, checkpoint.heads)


def train(
    checkpoint: Checkpoint,
    rows: Sequence[Mapping[str, Any]],
    config: TrainingConfig,
    tell: Callable[[Step], None],
    on_checkpoint: Callable[[Checkpoint], None] | None = None,
    save_every: float = 600.0,
) -> Checkpoint:
    """Train ``checkpoint`` on rows of `nlp.training.dataset.to_row`'s form and return the averaged model.

    Args:
        tell: called after every step.
        on_checkpoint: called with the averaged model every ``save_every`` seconds.
    """
    from accelerate import Accelerator
    from accelerate.utils import set_seed

    set_seed(config.seed)
    # Precision is torch's affair: accelerate's holds for the whole process, and a process may train twice.
    accelerator = Accelerator(mixed_precision="no", cpu=not torch.cuda.is_available())
    kind = accelerator.device.type
    model = checkpoint.model
    if isinstance(model, TransformerModel):
        # Words that the notes lack would otherwise be left behind by those that they hold.
        model.words.requires_grad_(False)
    fresh = [p for n, p in model.named_parameters() if n.startswith(("heads.", "crfs.", "shapes.", "gaps."))]
    known = {id(p) for p in fresh}
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.requires_grad and id(p) not in known], "lr": config.rate},
            {"params": fresh, "lr": config.head_rate},
        ],
        weight_decay=config.weight_decay,
        fused=True,
    )
    steps = max(1, int(_steps_per_epoch(rows, checkpoint, config) * config.epochs))
    warm = max(1, int(steps * config.warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))
    )
    trained, optimizer, schedule = accelerator.prepare(model, optimizer, schedule)
    average = AveragedModel(model, multi_avg_fn=_moving_average(config.averaging))
    started = saved = time.monotonic()
    seen, losses = 0, []
    for step, batch in enumerate(islice(_forever(rows, checkpoint, config), steps), 1):
        trained.train()
        batch = {k: v.to(accelerator.device) for k, v in batch.items()}
        with torch.autocast(kind, torch.bfloat16, enabled=config.precision == "bf16"):
            loss = accelerator.unwrap_model(trained).loss(batch, config.weights)
        accelerator.backward(loss)
        accelerator.clip_grad_norm_(trained.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % AVERAGE_EVERY == 0 or step == steps:
            average.update_parameters(model)
        seen += int((batch["shapes"] != 0).sum())
        losses.append(float(loss.detach()))
        took = time.monotonic() - started
        tell(Step(step, steps, float(np.mean(losses[-20:])), seen / took, (steps - step) * took / step))
        if on_checkpoint and time.monotonic() - saved > save_every:
            on_checkpoint(_with(checkpoint, average))
            saved = time.monotonic()
    return _with(checkpoint, average)


def _steps_per_epoch(rows: Sequence[Mapping[str, Any]], checkpoint: Checkpoint, config: TrainingConfig) -> float:
    """Estimate the number of batches of one pass from an evenly spaced sample."""
    sample = [rows[i] for i in range(0, len(rows), max(1, len(rows) // config.group))]
    return sum(1 for _ in training_batches(sample, checkpoint, config, 0)) * len(rows) / len(sample)


def _forever(
    rows: Sequence[Mapping[str, Any]], checkpoint: Checkpoint, config: TrainingConfig
) -> Iterator[dict[str, Tensor]]:
    for epoch in count():
        yield from training_batches(rows, checkpoint, config, epoch)


def _moving_average(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """Return the update of an exponential moving average whose decay grows to ``decay``."""

    @torch.no_grad()
    def update(averaged: Tensors, current: Tensors, updates: Tensor | int) -> None:
        done = int(updates)
        torch._foreach_lerp_(averaged, current, 1 - min(decay, (1 + done) / (10 + done)))

    return update


def _with(checkpoint: Checkpoint, average: AveragedModel) -> Checkpoint:
    """Return the checkpoint with the averaged weights in a model of its own."""
    kind = ARCHITECTURES[checkpoint.architecture]
    model = kind.model(checkpoint.model.config, checkpoint.heads)
    model.load_state_dict(average.module.state_dict())
    return replace(checkpoint, model=model.eval(), thresholds=dict(checkpoint.thresholds))
