"""The full-text side of the table, which Django's models cannot say. Used by migrations.

SQLite: an FTS5 table beside it that keeps no text of its own, knows which document has a word but
not where (we never ask), and is written by `index.py`. PostgreSQL: a generated tsvector of the same
stems, taken as they are, with a GIN index.
"""

from django.apps.registry import Apps
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FTS = """
    CREATE VIRTUAL TABLE search_fts USING fts5(
        stems, content='search_document', content_rowid='id',
        prefix='2 3 4 5 6', detail=none, columnsize=0, tokenize="ascii tokenchars '_'"
    )"""
TSVECTOR = """
    ALTER TABLE search_document ADD COLUMN terms tsvector
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(stems, ' '))) STORED"""
THERE = {
    "sqlite": (FTS,),
    "postgresql": (TSVECTOR, "CREATE INDEX search_terms ON search_document USING gin (terms)"),
}
BACK = {
    "sqlite": ("DROP TABLE search_fts",),
    "postgresql": ("DROP INDEX search_terms", "ALTER TABLE search_document DROP COLUMN terms"),
}


def make(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in THERE[editor.connection.vendor]:
        editor.execute(statement, params=None)


def unmake(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACK[editor.connection.vendor]:
        editor.execute(statement, params=None)


def empty(**_: object) -> None:
    """Empty SQLite's index when the table is empty: whoever empties all tables (tests, a restore)
    does not know of it.
    """
    if connection.vendor != "sqlite" or "search_fts" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO search_fts (search_fts) SELECT 'delete-all' "
            "WHERE NOT EXISTS (SELECT 1 FROM search_document)"
        )
