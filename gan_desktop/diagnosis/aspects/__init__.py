"""The lights of the diagnosis, one file each: functions registered with `aspects.register`."""
