"""The settings of a batch job."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from nlp.reading import DEFAULT_SHARD_SIZE, Columns

DEFAULT_LOADER = "nlp.batch.loading:load_pipeline"


class JobConfig(BaseModel):
    """What to read, how to process it, where to write it, and on which workers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    inputs: tuple[str, ...] = Field(min_length=1, description="Files, folders, globs or URIs of the dump.")
    out: Path = Field(description="Output folder; on a cluster it must lie on storage that all nodes share.")

    columns: dict[str, str] = Field(default={}, description="Field -> column of the dump, where the names differ.")
    identifiers: tuple[str, ...] = Field(
        default=(), description="Columns with known identifiers of the patient, such as last_name or mrn."
    )
    patients: tuple[str, ...] = Field(
        default=(), description="Tables with the known identifiers of patients: files, folders, globs or URIs."
    )
    patient_columns: dict[str, str] = Field(
        default={}, description="Column of these tables -> what it holds: a PHI label, a column name, or 'ignore'."
    )
    patient_table: Path | None = Field(
        default=None, description="What the job makes of `patients` for its workers; not to be set by hand."
    )
    limit: PositiveInt | None = Field(default=None, description="Process only the first so many notes.")
    shard_size: PositiveInt = Field(
        default=DEFAULT_SHARD_SIZE, description="Rows in a shard: the unit of work, of resume and of output files."
    )
    batch_size: PositiveInt = Field(default=32, description="Notes that go through the models together.")
    output_format: Literal["parquet", "jsonl"] = Field(default="parquet", description="Format of the output parts.")

    model: Path | None = Field(default=None, description="Folder of a model; None takes the embedded weights.")
    tagger: str | None = Field(default=None, description="Which embedded weights; None takes the default.")
    policy: str = Field(default="mask", description="Name of a built-in policy, or path of a YAML file.")
    key_file: Path | None = Field(
        default=None, description="File with the secret key; None takes CLINSIFT_KEY, else a throw-away key."
    )
    vault: Path | None = Field(
        default=None, description="Folder for what was replaced, encrypted, so that the originals can be restored."
    )

    num_workers: PositiveInt | None = Field(
        default=None, description="Worker processes; None takes one for each core (or GPU share) of the cluster."
    )
    num_gpus: float = Field(default=0.0, ge=0, description="GPUs of each worker; fractions share one.")
    threads: PositiveInt = Field(
        default=1, description="Threads of a worker's models. It is not derived from the number of workers, because "
        "another number of threads can change the last digit of a score.",
    )  # fmt: skip
    address: str | None = Field(
        default=None,
        description="Ray cluster: 'auto', 'host:port' or 'ray://host:port'; None starts Ray in this process.",
    )
    batch_timeout: float = Field(
        default=300.0, gt=0, description="Seconds (and one more for every 1,000 characters) after which a batch counts "
        "as hanging and its worker is killed.",
    )  # fmt: skip
    ray_temp_dir: Path | None = Field(
        default=None,
        description="Folder of the session files of a local Ray; None takes one that is removed afterwards.",
    )
    loader: str = Field(
        default=DEFAULT_LOADER, description="'module:function' that gets this configuration in each worker and returns "
        "the pipeline: an object with `process` and `fingerprint`.",
    )  # fmt: skip
    loader_options: dict[str, Any] = Field(default={}, description="Anything a loader of one's own needs.")

    def column_map(self) -> Columns:
        """Return what the columns of the dump hold.

        Raises:
            ConfigError: `columns` names a field that does not exist.
        """
        return Columns(dict(self.columns), self.identifiers)

    def output_settings(self) -> dict[str, Any]:
        """Return the settings that decide what the output is, beside the dump and the pipeline."""
        names = ("columns", "identifiers", "limit", "shard_size", "batch_size", "output_format", "threads")
        return self.model_dump(mode="json", include=set(names)) | {"vault": self.vault is not None}
