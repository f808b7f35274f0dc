"""What is looked at while a run trains: samples, views, measurements, alerts, and what that costs."""
