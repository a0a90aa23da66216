-- name: tally_get read
SELECT data FROM tally WHERE campaign = $1 AND part = $2 AND target = $3;

-- name: tally_put write
INSERT INTO tally(campaign, part, target, data) VALUES ($1, $2, $3, $4)
	ON CONFLICT (campaign, part, target) DO UPDATE SET data = excluded.data;

-- name: tally_targets read
SELECT target, data FROM tally WHERE campaign = $1 AND part = $2 AND target > 0 ORDER BY target;

-- name: tally_count read
SELECT count(*) FROM tally WHERE campaign = $1;

-- name: tally_clear write
DELETE FROM tally WHERE campaign = $1;

-- name: tally_responses read
SELECT target, simulated, answers FROM response WHERE campaign = $1 ORDER BY target;
