from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("customers", "0021_forget_self_referrals")]

    operations = [
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=Q(referrer__isnull=True) | ~Q(referrer=F("id")), name="customer_not_referred_by_itself"
            ),
        ),
    ]
