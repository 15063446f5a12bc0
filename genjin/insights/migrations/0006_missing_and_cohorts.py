from django.db import migrations

# Whose rows changed; of an update, where one of the columns did that the roll-up asks for, also whose they were.
NOTE = """
CREATE FUNCTION note_stale_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO insights_stalecustomer (customer) SELECT DISTINCT {customer} FROM come AS rows {beside};
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO insights_stalecustomer (customer) SELECT DISTINCT {customer} FROM gone AS rows {beside};
    ELSE
        INSERT INTO insights_stalecustomer (customer)
        SELECT DISTINCT {customer} FROM come JOIN gone USING (id)
        CROSS JOIN LATERAL (VALUES (come.{key}), (gone.{key})) AS rows ({key}) {beside}
        WHERE ({come}) IS DISTINCT FROM ({gone});
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER stale_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION note_stale_{table}();
CREATE TRIGGER stale_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION note_stale_{table}();
CREATE TRIGGER stale_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_stale_{table}();
"""
NOTE_GONE = """
DROP TRIGGER stale_insert ON {table};
DROP TRIGGER stale_update ON {table};
DROP TRIGGER stale_delete ON {table};
DROP FUNCTION note_stale_{table}();
"""
CUSTOMER = """
CREATE OR REPLACE FUNCTION note_stale_customers_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO insights_stalecustomer (customer) SELECT id FROM come;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO insights_stalecustomer (customer) SELECT id FROM gone;
    ELSE
        INSERT INTO insights_stalecustomer (customer)
        SELECT come.id FROM come JOIN gone USING (id) WHERE ({come}) IS DISTINCT FROM ({gone});
    END IF;
    RETURN NULL;
END $$;
"""
BEFORE = (
    "owner_id", "deleted_at", "created_at", "first_contact_at", "stage", "grade", "completeness", "source_id", "source_detail", "lost_reason_id",
)  # fmt: skip
FILLED = (
    "customer_type", "credit_code", "industry", "founded_on", "size", "revenue_min", "revenue_max", "province", "city", "address", "website",
    "main_business", "target_customers", "news", "industry_rank", "need", "pain_points", "desired_cooperation", "budget_min", "budget_max",
    "is_authority_clear", "decision_process", "purchase_timing", "competitors", "need_fit", "intent", "past_projects", "cooperation_period",
    "satisfaction_score", "commitments", "negotiation_progress", "repurchase_intent", "notes",
)  # fmt: skip
CONTACT = ("customer_id", "name", "job_title", "phone", "phone2", "wechat", "email", "notes")
OFFER = "JOIN proposals_proposal AS beside ON beside.id = rows.proposal_id"
# What changed while nothing noted it is in no roll-up made before: all of it is made anew.
ANEW = "INSERT INTO insights_stalecustomer (customer) VALUES (0)"


def _both(columns):
    return {rows: ", ".join(f"{rows}.{name}" for name in columns) for rows in ("come", "gone")}


def _noted(table, columns, key="customer_id", customer="rows.customer_id", beside=""):
    words = {"table": table, "key": key, "customer": customer, "beside": beside} | _both(columns)
    return migrations.RunSQL(NOTE.format(**words), NOTE_GONE.format(**words))


class Migration(migrations.Migration):
    """What is missing of customers and their cohorts are of the roll-up, so what these are made of is noted as it changes."""

    dependencies = [
        ("insights", "0005_standing"),
        ("customers", "0024_override"),
        ("proposals", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CUSTOMER.format(**_both(BEFORE + FILLED)), CUSTOMER.format(**_both(BEFORE))),
        _noted("customers_contact", CONTACT),
        _noted("proposals_proposal", ["customer_id"]),
        _noted("proposals_proposalversion", ["proposal_id", "state", "sent_at"], "proposal_id", "beside.customer_id", OFFER),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
    ]  # fmt: skip
