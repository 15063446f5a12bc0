"""Requests come from the floor of accounts: the table is renamed, its rows stay."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RENAME = """
ALTER TABLE accounts_request RENAME TO approvals_request;
ALTER SEQUENCE accounts_request_id_seq RENAME TO approvals_request_id_seq;
"""
BACK = """
ALTER SEQUENCE approvals_request_id_seq RENAME TO accounts_request_id_seq;
ALTER TABLE approvals_request RENAME TO accounts_request;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0004_working_days'),
        ('intake', '0006_export'),  # its column points at the table under the old name
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(RENAME, BACK)],
            state_operations=[
                migrations.CreateModel(
                    name='Request',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=16)),
                        ('subject', models.CharField(max_length=200)),
                        ('reason', models.TextField(verbose_name='reason')),
                        ('customer_id', models.BigIntegerField(null=True)),
                        ('data', models.JSONField(default=dict)),
                        ('status', models.CharField(choices=[('open', 'Waiting'), ('granted', 'Granted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                        ('asked_at', models.DateTimeField()),
                        ('decided_at', models.DateTimeField(null=True)),
                        ('answer', models.TextField(blank=True, verbose_name='answer')),
                        ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['asked_by', '-id'], name='request_of'), models.Index(condition=models.Q(('status', 'open')), fields=['kind', 'customer_id'], name='request_open')],
                    },
                ),
            ],
        ),
    ]
