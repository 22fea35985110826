"""What operations are woken by: rules for Prometheus, and the figures they look at."""
