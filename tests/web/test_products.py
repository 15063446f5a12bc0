"""Products, price books, limits and numbers as settings."""

from decimal import Decimal

from genjin.proposals.models import BookPrice, DiscountLimit, PriceBook
from genjin.selling.models import NumberRule, Product

PRODUCT = {
    "name": "排产系统",
    "code": "SYS",
    "kind": "product",
    "unit": "套",
    "list_price": "60000",
    "tax_rate": "13",
    "is_active": "on",
}


def test_products_are_kept_by_who_may(alice, dora, client):
    client.force_login(alice)
    assert client.post("/settings/products/new/", PRODUCT).status_code == 403
    assert not Product.objects.exists()
    client.force_login(dora)
    assert client.post("/settings/products/new/", PRODUCT | {"tax_rate": "100"}).status_code == 422
    assert client.post("/settings/products/new/", PRODUCT).status_code == 302
    row = Product.objects.get()
    assert client.post("/settings/products/new/", PRODUCT).status_code == 422  # its code is taken
    assert client.post(f"/settings/products/{row.pk}/", PRODUCT | {"is_active": ""}).status_code == 302
    assert not Product.objects.offered().exists()
    assert client.get("/settings/products/").status_code == 200
    assert client.post(f"/settings/products/{row.pk}/remove/").status_code == 302
    assert not Product.objects.exists()


def test_a_price_book_with_prices(dora, client):
    client.force_login(dora)
    client.post("/settings/products/new/", PRODUCT)
    product = Product.objects.get()
    book = {
        "name": "2026",
        "audience": "all",
        "starts_on": "2026-01-01",
        "ends_on": "2025-12-31",
        "is_active": "on",
        "product": [product.pk, ""],
        "price": ["55000", ""],
    }
    assert client.post("/settings/price-books/new/", book).status_code == 422
    answer = client.post("/settings/price-books/new/", book | {"ends_on": "", "price": ["many", ""]})
    assert (answer.status_code, answer.context["prices"][0]["price"]) == (422, "many")
    assert not PriceBook.objects.exists()
    assert client.post("/settings/price-books/new/", book | {"ends_on": ""}).status_code == 302
    assert BookPrice.objects.get().price == Decimal(55_000)
    row = PriceBook.objects.get()
    page = client.get(f"/settings/price-books/{row.pk}/")
    assert page.context["prices"] == [{"product": product.pk, "price": Decimal(55_000)}]
    assert client.get("/settings/price-books/").context["rows"][0]["count"] == 1


def test_limits_and_numbers(alice, dora, client):
    client.force_login(alice)
    assert client.get("/settings/discounts/").status_code == 403
    client.force_login(dora)
    names = client.get("/settings/discounts/change/").context["form"].fields
    assert client.post("/settings/discounts/change/", dict.fromkeys(names, "5")).status_code == 302
    assert set(DiscountLimit.objects.values_list("role", flat=True)) == {"lead", "manager", "admin"}
    assert len(client.get("/settings/discounts/").context["history"]) == 3
    answer = client.post("/settings/numbers/proposal/", {"pattern": "P-{n}", "digits": "4", "reset": "year"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["pattern"])
    assert (
        client.post(
            "/settings/numbers/proposal/", {"pattern": "FA{year}{month}-{n}", "digits": "4", "reset": "month"}
        ).status_code
        == 302
    )
    assert NumberRule.objects.get(pk="proposal").pattern == "FA{year}{month}-{n}"
    assert client.get("/settings/numbers/").status_code == 200
