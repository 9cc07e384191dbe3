"""The appliance's memory, one SQLite file: jobs and answers, what waits, what clerks said."""
