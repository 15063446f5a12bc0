"""Companies that do not exist: their names, people, numbers and wishes, all from one dice."""

from dataclasses import dataclass
from random import Random
from typing import Any

from genjin.cli.demo.words import (
    AREA_CODES,
    BRAND_FIRST,
    BRAND_SECOND,
    FORMS,
    GIVEN,
    PLACES,
    PREFIXES,
    ROADS,
    SURNAMES,
    TITLES,
    TRADES,
    Trade,
)
from genjin.kit.pinyin import person_syllables

REGIONS = tuple(PLACES)


@dataclass(frozen=True, slots=True)
class Company:
    """A customer as it will be added, and what its people talk about."""

    fields: dict[str, Any]
    contacts: list[dict[str, Any]]
    trade: Trade
    region: str

    @property
    def who(self) -> str:
        """Return how one speaks of the main contact: 王经理, 李总."""
        person = self.contacts[0]
        title = person.get("job_title", "")
        ending = (
            "总" if "总" in title else "主任" if "主任" in title else "厂长" if "厂长" in title else "经理"
        )
        return f"{person['name'][0]}{ending}"


class Companies:
    """Draws companies one after another; no name and no number comes twice."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.taken: set[str] = set()

    def draw(self, sources: list[Any]) -> Company:
        dice = self.dice
        region = dice.choice(REGIONS)
        province, city, district, short = dice.choice(PLACES[region])
        trade = dice.choice(TRADES)
        employees = dice.choice((18, 35, 60, 90, 120, 180, 240, 400, 800))
        fields: dict[str, Any] = {
            "name": self._name(short, trade), "industry": trade.industry, "province": province, "city": city,
            "district": district, "employee_count": employees, "main_business": trade.business,
            "address": f"{province if province != city else ''}{city}{district}{dice.choice(ROADS)}{dice.randint(1, 988)}号",
            "source": dice.choice(sources), "founded_on": f"{dice.randint(1996, 2022)}年",
            "customer_type": "key" if employees >= 400 and dice.random() < 0.5 else "new",
        }  # fmt: skip
        if dice.random() < 0.75:
            fields["need"] = f"{dice.choice(trade.pains)}，想了解{dice.choice(trade.products)}"
        if dice.random() < 0.4:
            fields["intent"] = dice.choice(("high", "medium", "low"))
        contacts = [self._person(short)]
        if dice.random() < 0.3:
            contacts.append(self._person(short))
        return Company(fields, contacts, trade, region)

    def _name(self, short: str, trade: Trade) -> str:
        dice = self.dice
        while True:
            brand = dice.choice(BRAND_FIRST) + dice.choice(BRAND_SECOND)
            word = dice.choice(trade.words)
            name = f"{short}{brand}{word}" if dice.random() < 0.75 else f"{brand}{word}({short})"
            if brand[0] != brand[1] and name not in self.taken:
                self.taken.add(name)
                return name + dice.choice(FORMS)

    def _person(self, short: str) -> dict[str, Any]:
        dice = self.dice
        name = dice.choice(SURNAMES) + dice.choice(GIVEN)
        person = {"name": name, "job_title": dice.choice(TITLES), "phone": self._phone()}
        if dice.random() < 0.15:
            person["phone2"] = f"{AREA_CODES[short]}-{dice.randint(2, 8)}{dice.randint(0, 9_999_999):07d}"
        if dice.random() < 0.5:
            letters = "".join(person_syllables(name)[0])
            person["wechat"] = f"{letters}{dice.randint(10, 9999)}"
        return person

    def _phone(self) -> str:
        while True:
            phone = f"{self.dice.choice(PREFIXES)}{self.dice.randint(0, 99_999_999):08d}"
            if phone not in self.taken:
                self.taken.add(phone)
                return phone
