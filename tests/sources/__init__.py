"""What every source makes of every file there is, beside counts that know nothing of the sources: ``make sources``."""
