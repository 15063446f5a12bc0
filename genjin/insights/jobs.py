"""Background work of this floor: load, call one action."""

from django.utils import timezone
from procrastinate.contrib.django import app

from genjin.insights.actions.chances import learn_chances
from genjin.insights.actions.review_actions import remind_of_actions
from genjin.insights.actions.reviews import make_due_reviews
from genjin.insights.actions.rollup import roll_up


@app.periodic(cron="41 2 * * *")
@app.task(name="insights.learn_chances", queueing_lock="insights.learn_chances")
def learn_nightly(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Learn anew from the company's own history, and tell open customers their chance."""
    return learn_chances(timezone.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="insights.make_due_reviews", queueing_lock="insights.make_due_reviews", pass_context=False)
def make_reviews(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Make the reviews that are due: the week's on its last working day, the month's on the first working day after it."""
    return make_due_reviews(timezone.now())


@app.periodic(cron="7 * * * *")
@app.task(name="insights.remind_of_actions", queueing_lock="insights.remind_of_actions")
def remind_of_actions_hourly(timestamp: int) -> int:  # noqa: ARG001 (periodic jobs are handed their moment)
    """Remind people of what reviews asked of them, on the day it is due."""
    return remind_of_actions(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="insights.roll_up", queueing_lock="insights.roll_up")
def roll_up_often(timestamp: int) -> int:  # noqa: ARG001 (given to periodic jobs)
    """Bring the sums behind the figures up to what changed."""
    return roll_up(timezone.now())
