"""NHS forms made from the records of the clinical core, and records read back from what was posted.

`description` says what is asked, `drawing` how it looks, `reading` what was answered, `wording` in which words.
"""
