-- name: release_due read
SELECT c.id FROM campaign c
WHERE c.origin = 'collected' AND c.closed_at IS NULL AND (c.closes_at <= $1 OR EXISTS (
	SELECT 1 FROM holding h WHERE h.campaign = c.id GROUP BY h.target, h.simulated HAVING count(*) >= c.k))
ORDER BY c.id;

-- name: release_groups read
SELECT target, simulated, count(*) FROM holding WHERE campaign = $1 GROUP BY target, simulated
ORDER BY target, simulated;

-- name: release_held read
SELECT key, answers FROM holding WHERE campaign = $1 AND target = $2 AND simulated = $3 ORDER BY key LIMIT $4;

-- name: release_drop write
DELETE FROM holding WHERE campaign = $1 AND target = $2 AND simulated = $3 AND key <= $4;

-- name: release_response write
INSERT INTO response(campaign, key, target, simulated, person, answers) VALUES ($1, $2, $3, $4, $5, $6);

-- name: release_count_target write
UPDATE target SET released = released + $3 WHERE campaign = $1 AND number = $2;

-- name: release_put write
INSERT INTO release(campaign, number, responses, simulated, digest) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (campaign, number) DO UPDATE SET responses = release.responses + excluded.responses,
	simulated = release.simulated + excluded.simulated, digest = excluded.digest;

-- name: release_close write
UPDATE campaign SET closed_at = $2 WHERE id = $1 AND closed_at IS NULL;
