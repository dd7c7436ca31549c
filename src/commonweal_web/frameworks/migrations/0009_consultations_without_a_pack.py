"""
A consultation may ask questions of its own, without a draft.

SQLite makes the table anew for this, and cannot while a rule on comments asks it: the rules of the migration before are
lifted first and put in place again after.
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from commonweal_web.audit.append_only import AppendOnly

BEFORE = import_module("commonweal_web.frameworks.migrations.0005_published_answers_stay").Migration
RULES = [one for one in BEFORE.operations if isinstance(one, AppendOnly)]


def lift(apps: Any, schema_editor: Any) -> None:
    """Take the rules on consultations and their comments away."""
    for one in RULES:
        one.database_backwards("frameworks", schema_editor, None, None)


def put_back(apps: Any, schema_editor: Any) -> None:
    """Put the rules in place again."""
    for one in RULES:
        one.database_forwards("frameworks", schema_editor, None, None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("frameworks", "0005_published_answers_stay")]
    operations = [
        migrations.RunPython(lift, put_back),
        migrations.AlterField(
            model_name="consultation",
            name="pack",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consultations",
                to="frameworks.pack",
            ),
        ),
        migrations.RunPython(put_back, lift),
    ]
