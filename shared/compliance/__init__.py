"""How a trust does against IPG651, counted: what one pathway amounts to, and what many do (clinical.md 2.13).

Pure: `facts` reads a pathway's entries, `measures` answers each question about it, the rest counts, hides small
numbers and draws the limits of charts. No clock: what is late is known from what the timers entered.
"""
