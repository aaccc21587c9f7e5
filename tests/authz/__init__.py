"""Who may do what: the real steps against an independent oracle, many thousand times."""
