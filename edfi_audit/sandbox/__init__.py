"""A stand-in ODS/API that speaks the real wire contract, for tests, demonstrations and teaching.

Imported by the command line and by tests only.
"""
