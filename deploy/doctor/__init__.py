"""Is this machine fit for Patency? A line for each thing that has to be so, and what to do where it is not."""
