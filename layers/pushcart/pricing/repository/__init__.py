"""Every read and write of the ``pricing`` table: a room for each kind."""
