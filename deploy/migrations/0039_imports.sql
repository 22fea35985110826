-- What the engine hears of when nothing else waits: imported referrals, and what a comparison puts back. Whoever clicks
-- on such a pathway makes its row one that is passed on at once.
ALTER TABLE outbox ADD COLUMN at_leisure boolean NOT NULL DEFAULT false;
