from django.db import migrations, models

from zabota.kernel.search import schema


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='document',
            name='id',
            field=models.BigIntegerField(primary_key=True, serialize=False),
        ),
        migrations.RunPython(schema.make, schema.unmake),
    ]
