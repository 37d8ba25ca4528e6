"""The batch job: a dump in, de-identified notes and records out, on any number of workers.

`run_job` cuts the dump into shards, hands them to a pool of Ray actors that hold the models, and
writes the parts of each shard at once. A run that was killed goes on where it stopped; the output
depends on the dump, the settings and the pipeline, and on nothing else.
"""

from nlp.batch.config import JobConfig
from nlp.batch.job import run_job
from nlp.batch.progress import Progress, ProgressCallback, progress_bar
from nlp.batch.report import RunReport, summary_table

__all__ = ["JobConfig", "Progress", "ProgressCallback", "RunReport", "progress_bar", "run_job", "summary_table"]
