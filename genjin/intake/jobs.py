"""Background work of this floor: load, call one action."""

from procrastinate.contrib.django import app

from genjin.intake.actions.check import preview_batch
from genjin.intake.actions.commit import commit_batch


@app.task(name="intake.check")
def check(batch_id: int) -> None:
    """Read and compare a batch for its preview."""
    preview_batch(batch_id)


@app.task(name="intake.commit")
def commit(batch_id: int) -> None:
    """Write a batch, from where it stopped."""
    commit_batch(batch_id)
