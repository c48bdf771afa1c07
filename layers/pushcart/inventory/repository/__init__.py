"""Every read and write of the ``inventory`` table. Each write keeps ``on_hand == available + reserved``."""
