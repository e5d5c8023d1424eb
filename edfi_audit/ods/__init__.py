"""Records in: discovery, authentication, paging and the pull of an Ed-Fi ODS into the store.

`pull.pull` fills the store, `check.check` says what a key may see, `manifest.Manifest` says how
complete a pull was, and `resources.RESOURCES` lists what is read.
"""
