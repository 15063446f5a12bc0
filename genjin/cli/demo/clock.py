"""Working hours of the months the demo company has behind it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from genjin.kit.working_days import WorkCalendar

HOURS = (9, 9, 10, 10, 11, 13, 14, 14, 15, 15, 16, 17)


@dataclass(frozen=True, slots=True)
class Clock:
    """From `start` to `end`; people work on working days from nine to six."""

    start: datetime
    end: datetime
    calendar: WorkCalendar
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.end.astimezone(self.zone).date()

    @property
    def this_morning(self) -> datetime:
        return datetime.combine(self.today, time.min, self.zone)

    def on(self, moment: datetime, dice: Random) -> datetime:
        """Return a moment of work on that day, or on the next day people work."""
        day = moment.astimezone(self.zone).date()
        # Whoever looks at the demo on a Sunday shall find work to do as well.
        while not self.calendar.is_working(day) and day != self.today:
            day += timedelta(days=1)
        return datetime.combine(day, time(dice.choice(HOURS), dice.randint(0, 59)), self.zone)

    def later(self, moment: datetime, days: int, dice: Random) -> datetime:
        """Return a moment of work some days after another, and after it."""
        found = self.on(moment + timedelta(days=days), dice)
        return found if found > moment else moment + timedelta(minutes=dice.randint(5, 90))

    def arrival(self, dice: Random) -> datetime:
        """Return when a customer turns up; there are more of them lately, as the company grows."""
        share = dice.random() ** 0.75
        moment = self.on(self.start + (self.end - self.start) * share, dice)
        return min(moment, self.end - timedelta(minutes=dice.randint(1, 200)))
