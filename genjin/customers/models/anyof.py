"""Membership in the rows of a subquery, written so that the planner may combine it."""

from typing import Any

from django.db.models.lookups import Lookup


class AnyOf(Lookup):
    """`id = ANY(ARRAY(SELECT ...))`: unlike IN, it may take part in a bitmap OR and keeps rights cheap."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_params, *right_params)
