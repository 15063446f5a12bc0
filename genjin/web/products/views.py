"""Products, price books, discount limits and numbers, as settings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from genjin.accounts.permissions import Right, Role, require
from genjin.accounts.queries import local_day
from genjin.kit.money import show_number
from genjin.proposals.actions.books import save_book, set_limits
from genjin.proposals.models import DiscountLimit, PriceBook
from genjin.proposals.queries.prices import limits as limits_now
from genjin.selling.actions.numbers import save_number_rule
from genjin.selling.actions.products import remove_product, save_product
from genjin.selling.models import NumberRule, Product
from genjin.selling.rules.numbers import filled
from genjin.web.products import templates
from genjin.web.products.forms import BookForm, LimitsForm, NumberForm
from genjin.web.shell.pages import attempt, form_page, leave, user_of
from genjin.web.shell.reference_pages import Column, Reference, reference_pages
from genjin.web.shell.templatetags.genjin import money

products = reference_pages(Product, Reference(
    name="products", title=gettext_lazy("Products"), new=gettext_lazy("New product"), right=Right.MANAGE_PRODUCTS,
    columns=[
        Column(gettext_lazy("Product"), lambda row: row.name), Column(gettext_lazy("Code"), lambda row: row.code),
        Column(gettext_lazy("Product line"), lambda row: row.family),
        Column(gettext_lazy("Kind"), lambda row: row.get_kind_display()), Column(gettext_lazy("Unit"), lambda row: row.unit),
        Column(gettext_lazy("List price with tax"), lambda row: money(row.list_price) or "—", number=True),
        Column(gettext_lazy("Tax rate"), lambda row: f"{show_number(row.tax_rate)} %", number=True),
        Column(pgettext_lazy("product", "In use"), lambda row: "✓" if row.is_active else "—"),
    ],
    fields=("name", "code", "family", "kind", "unit", "list_price", "tax_rate", "description", "is_active"),
    write=save_product, remove=remove_product,
    help=gettext_lazy("What proposals and opportunities choose from. Price books give other prices for a time or for some customers."),
))  # fmt: skip


@require_GET
def books(request: HttpRequest) -> HttpResponse:
    """Show the price books with whether each holds today."""
    require(user_of(request), Right.MANAGE_PRODUCTS)
    today = local_day(timezone.now())
    rows = [
        {
            "url": reverse("settings:price_book", args=[book.pk]), "name": book.name, "audience": book.get_audience_display(),
            "starts_on": book.starts_on, "ends_on": book.ends_on, "count": len(book.prices.all()), "state": _state(book, today),
        }
        for book in PriceBook.objects.prefetch_related("prices")
    ]  # fmt: skip
    return render(request, "products/books.html", {"title": _("Price books"), "rows": rows})


def _state(book: PriceBook, today: Any) -> tuple[str, str]:
    """Return a book's state today as tone and word."""
    if not book.is_active:
        return "muted", _("out of use")
    if book.starts_on > today:
        return "blue", _("to come")
    if book.ends_on is not None and book.ends_on < today:
        return "muted", _("over")
    return "green", _("holds today")


@require_http_methods(["GET", "POST"])
def book_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a price book with its prices."""
    user = user_of(request)
    require(user, Right.MANAGE_PRODUCTS)
    book = PriceBook.objects.get(pk=pk) if pk else PriceBook()
    names = ("name", "audience", "starts_on", "ends_on", "is_active")
    initial = {name: getattr(book, name) for name in names} if pk else {"starts_on": timezone.localdate()}
    form = BookForm(request.POST or None, initial=initial)

    def save() -> None:
        values = dict(form.cleaned_data)
        save_book(user, book, values, values.pop("prices"), now=timezone.now())

    if request.method == "POST" and form.is_valid() and attempt(form, save):
        return leave(request, reverse("settings:price_books"), _("Saved."))
    prices = _typed(form) if form.is_bound else _kept(book)
    context = {
        "title": book.name or _("New price book"), "form": form, "cancel_url": reverse("settings:price_books"),
        "products": Product.objects.choosable([price["product"] for price in prices]), "prices": prices,
    }  # fmt: skip
    return render(request, "products/book.html", context, status=422 if form.errors else 200)


def _typed(form: BookForm) -> list[dict[str, Any]]:
    data: Any = form.data
    pairs = zip(data.getlist("product"), data.getlist("price"), strict=False)
    return [{"product": int(pk) if pk.isdecimal() else None, "price": price} for pk, price in pairs]


def _kept(book: PriceBook) -> list[dict[str, Any]]:
    if not book.pk:
        return []
    return [{"product": row.product_id, "price": row.price} for row in book.prices.all()]


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """Show how far each role may discount alone, and who set what before."""
    require(user_of(request), Right.MANAGE_PRODUCTS)
    names = LimitsForm().fields
    context = {
        "title": _("Discount limits"),
        "rows": [(Role(role).label, percent) for role, percent in limits_now().items() if role in names],
        "history": DiscountLimit.objects.select_related("by")[:50],
    }
    return render(request, "products/limits.html", context)


@require_http_methods(["GET", "POST"])
def limits_edit(request: HttpRequest) -> HttpResponse:
    """Set other limits; what was handed in before keeps its answer."""
    user = user_of(request)
    require(user, Right.MANAGE_PRODUCTS)
    form = LimitsForm(request.POST or None, initial=limits_now())
    return form_page(
        request, form, title=_("Discount limits in percent"), message=_("Saved."), done=reverse("settings:discounts"),
        save=lambda data: set_limits(user, data, now=timezone.now()),
    )  # fmt: skip


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """Show how proposals, contracts and the like are numbered, with the next number of each."""
    require(user_of(request), Right.MANAGE_SETTINGS)
    today = local_day(timezone.now())
    rows = [
        {
            "url": reverse("settings:number", args=[rule.kind]), "kind": rule.get_kind_display(), "pattern": rule.pattern,
            "digits": rule.digits, "reset": rule.get_reset_display(), "example": filled(rule.pattern, today, 1, rule.digits),
        }
        for rule in NumberRule.objects.order_by("kind")
    ]  # fmt: skip
    return render(request, "products/numbers.html", {"title": _("Numbers"), "rows": rows})


@require_http_methods(["GET", "POST"])
def number_edit(request: HttpRequest, kind: str) -> HttpResponse:
    """Change one rule; the counter goes on."""
    user = user_of(request)
    require(user, Right.MANAGE_SETTINGS)
    rule = NumberRule.objects.get(pk=kind)
    initial = {name: getattr(rule, name) for name in ("pattern", "digits", "reset")}
    return form_page(
        request, NumberForm(request.POST or None, initial=initial), title=rule.get_kind_display(), message=_("Saved."),
        save=lambda data: save_number_rule(user, rule, data, now=timezone.now()), done=reverse("settings:numbers"),
    )  # fmt: skip


pages = [
    *products,
    path("price-books/", books, name="price_books"),
    path("price-books/new/", book_edit, name="price_book_add"),
    path("price-books/<int:pk>/", book_edit, name="price_book"),
    path("discounts/", limits, name="discounts"),
    path("discounts/change/", limits_edit, name="discounts_edit"),
    path("numbers/", numbers, name="numbers"),
    path("numbers/<slug:kind>/", number_edit, name="number"),
    *templates.pages,
]
