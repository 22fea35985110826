"""Pages that change by themselves: one connection per desk hears of changes, and wakes the streams of that trust."""
