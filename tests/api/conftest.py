"""Callers with tokens."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from genjin.accounts.actions import issue_token
from genjin.accounts.models import User


class Caller:
    """Somebody with a token; answers come with `.json()`."""

    def __init__(self, user: User, token: str) -> None:
        self.user, self.token, self.client = user, token, Client()

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
        data = body if isinstance(body, str | bytes) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, f"/api/v1{address}", data, content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )  # fmt: skip

    def get(self, address: str) -> HttpResponse:
        return self("GET", address)

    def post(self, address: str, body: Any = None, **headers: str) -> HttpResponse:
        return self("POST", address, body, **headers)

    def patch(self, address: str, body: Any) -> HttpResponse:
        return self("PATCH", address, body)

    def delete(self, address: str) -> HttpResponse:
        return self("DELETE", address)

    def upload(self, address: str, fields: dict[str, Any], **headers: str) -> HttpResponse:
        return self.client.post(
            f"/api/v1{address}", fields, headers={"Authorization": f"Bearer {self.token}", **headers}
        )


@pytest.fixture
def call() -> Callable[[User], Caller]:
    """Return a factory of callers: `call(alice).get("/me")`."""

    def make(user: User) -> Caller:
        return Caller(user, issue_token(user, user, name="test", days=1, now=timezone.now()))

    return make
