"""Data sets, one file each: functions from validated options to a `DataSet`. NumPy only."""
