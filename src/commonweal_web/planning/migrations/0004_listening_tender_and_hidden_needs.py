"""A sounding's summary may go with the tender; a need that is kept off the public list says why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("planning", "0003_gateway_editions_and_interests")]
    operations = [
        migrations.AddField(
            model_name="sounding",
            name="in_tender",
            field=models.BooleanField(default=False, help_text="Its summary is published with the tender."),
        ),
        migrations.AddField(
            model_name="need",
            name="hidden_reason",
            field=models.CharField(blank=True, help_text="Why it is not on the public list.", max_length=500),
        ),
    ]
