"""The rules of reports: ``projecting`` (an event into the sums), ``showing``, ``files`` and ``rebuilding``."""
