"""What has failed, what can be done about it, and how the run is: alerts, lights and remedies."""
