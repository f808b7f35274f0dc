"""The library of runs: a table to search, sort and tidy up."""
