-- name: campaign_simulated_waiting read
-- Simulated responses that are accepted and not yet released.
SELECT target, count(*) FROM holding WHERE campaign = $1 AND simulated = 1 AND target > 0 GROUP BY target;
