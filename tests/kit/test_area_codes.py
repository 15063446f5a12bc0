import pytest

from genjin.kit.area_codes import _CITIES, _PROVINCES, places_of
from genjin.kit.region_table import place_table


@pytest.mark.parametrize(
    ("landline", "places"),
    [
        ("010-62345678", ("110000",)), ("0755-86013388-8123", ("440300",)), ("024-12345678", ("210100", "210400", "210500", "211200")),
        ("0633-1234567", ("370000",)), ("0701-1234567", ("360000",)), ("0663-1234567", ("440000",)), ("0692-1234567", ("530000",)),
        ("0895-1234567", ("540000",)), ("0899-1234567", ("460000",)), ("400-820-8820", ()), ("13800138000", ()), ("", ()), ("0999-1234567", ("650000",)),
    ],
)  # fmt: skip
def test_where_a_landline_may_stand(landline, places):
    assert places_of(landline) == places


def test_every_place_named_exists():
    table = place_table()
    for code in [
        *(f"{p}0000" for p in _PROVINCES.values()),
        *(c for cities in _CITIES.values() for c in cities),
    ]:
        assert table.place(code)
