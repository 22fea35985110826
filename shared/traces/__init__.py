"""Spans as the operations desk keeps them: taken in, stored by the day, and put together to trees again."""
