"""Many customers to another stage, all of them or none."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from genjin.accounts.models import User
from genjin.accounts.permissions import Right
from genjin.followups.actions.stages import Move
from genjin.selling.actions.stages import move_customers
from genjin.web.customers.views.deeds import batch_dialog
from genjin.web.gates.forms import BulkMoveForm


@require_http_methods(["GET", "POST"])
def stage(request: HttpRequest) -> HttpResponse:
    """Move the chosen customers; when one may not, none moves and each who may not is named."""

    def deed(user: User, ids: list[int], data: dict[str, Any]) -> None:
        move = Move(data["stage"], data["reason"], data["lost_reason"])
        move_customers(user, ids, move, now=timezone.now())

    return batch_dialog(request, None, Right.MOVE_STAGE, BulkMoveForm, title=_("Move stage"), deed=deed)
