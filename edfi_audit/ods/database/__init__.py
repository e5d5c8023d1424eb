"""Records in, from the database of an ODS instead of its API: the same rows in the same store.

`pull.pull` fills the store from PostgreSQL or SQL Server, `check.check` says what a database user
may see. `places` says where each resource lies, `queries` turns that into SQL for the tables that
this database has, `connection` reads it in one snapshot.
"""
