"""Requests stand on the floor of approvals now, with their table."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_working_days'),
        ('approvals', '0001_initial'),
        ('intake', '0011_request_moved'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Request')]),
    ]
