"""Runs one job, whose configuration it is given as JSON; a process of its own can be killed."""

from __future__ import annotations

import sys

from nlp.batch import JobConfig, run_job

if __name__ == "__main__":
    report = run_job(JobConfig.model_validate_json(sys.argv[1]))
    print(f"crashes={report.worker_crashes}")
    sys.exit(report.exit_code)
