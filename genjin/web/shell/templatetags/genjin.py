"""The few filters templates need: times, money, badges. Flat and without queries."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from genjin.kit.money import show_cents, show_money

register = template.Library()


@register.filter
def ago(moment: datetime | None) -> str:
    """Return a moment as people say it: just now, 5 minutes ago, 3 days ago, or the date."""
    if moment is None:
        return ""
    passed = timezone.now() - moment
    if passed < timedelta(0):
        return ahead(moment)
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    if days == 0:
        hours = minutes // 60
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    if days < 31:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    return timezone.localtime(moment).strftime("%Y-%m-%d")


def ahead(moment: datetime) -> str:
    """Return a coming moment as people say it: today 15:00, tomorrow 09:00, or the date."""
    local = timezone.localtime(moment)
    days = (local.date() - timezone.localdate()).days
    if days == 0:
        return _("today %(time)s") % {"time": local.strftime("%H:%M")}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": local.strftime("%H:%M")}
    return local.strftime("%Y-%m-%d %H:%M")


@register.filter
def exact(moment: datetime | None) -> str:
    """Return a moment to the minute, as it stands in a history or on hover: 2026-03-11 10:30; nothing for none."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


@register.filter
def due(moment: datetime | None) -> str:
    """Return a due moment as people say it, past or coming."""
    if moment is None:
        return ""
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    if days > 0:
        return ngettext("%(count)d day overdue", "%(count)d days overdue", days) % {"count": days}
    return ahead(moment)


@register.filter
def due_class(moment: datetime | None) -> str:
    """Return the colour class of a due moment: overdue, today or nothing."""
    if moment is None:
        return ""
    days = (timezone.localdate() - timezone.localtime(moment).date()).days
    return "is-overdue" if days > 0 else "is-today" if days == 0 else ""


@register.filter
def days_since(moment: datetime | date | None) -> int | None:
    """Return whole days from a moment to today."""
    if moment is None:
        return None
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    return (timezone.localdate() - day).days


@register.filter
def money(amount: Decimal | None) -> str:
    """Return an amount in 元, 万 or 亿."""
    return "" if amount is None else show_money(amount)


@register.filter
def cents(amount: Decimal | str | None) -> str:
    """Return an amount to the cent, with thousands apart: 60,000.00."""
    return "" if amount in {None, ""} else show_cents(Decimal(amount or 0))


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """Return `mapping[key]`, or an empty text."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """Show an icon of the sprite (frontend/icons.txt); `size` "sm" fits into a line of text."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" icon-{size}" if size else "",
        static("dist/icons.svg"),
        name,
    )
