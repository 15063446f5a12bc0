from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0003_flows'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='step',
            name='ended_at',
        ),
        migrations.RemoveField(
            model_name='step',
            name='opened_at',
        ),
        migrations.AlterField(
            model_name='signer',
            name='asked_at',
            field=models.DateTimeField(),
        ),
    ]
