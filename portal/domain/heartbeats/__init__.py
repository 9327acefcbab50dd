"""Heartbeats: each worker says that it lives and when each of its jobs last went well; others see who is silent.

beat(owner, started_at=…, jobs=…)   say so, in the caller's transaction
gone(owner)                         a worker that ends says goodbye
alive(at)                           those that beat within FRESH before ``at``
latest()                            the last sign of any worker, or None
job_times()                         when each job last went well, by any worker
sweep()                             forget those that have been silent for long
"""

from __future__ import annotations

from .beating import FRESH, Beat, alive, beat, gone, job_times, latest, sweep

__all__ = ["FRESH", "Beat", "beat", "gone", "alive", "latest", "job_times", "sweep"]
