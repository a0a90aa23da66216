-- name: submission_put write
INSERT INTO submission(hash, body) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING;

-- name: submission_body read
SELECT body FROM submission WHERE hash = $1;

-- name: response_campaign read
SELECT mode, audience, opens_at, closes_at, closed_at, origin FROM campaign WHERE id = $1;

-- name: response_hold write
INSERT INTO holding(campaign, target, simulated, key, answers) VALUES ($1, $2, $3, $4, $5);

-- name: response_count_target write
UPDATE target SET accepted = accepted + 1 WHERE campaign = $1 AND number = $2;

-- name: response_count_day write
INSERT INTO campaign_day(campaign, day, accepted, simulated) VALUES ($1, $2, 1, $3)
ON CONFLICT (campaign, day) DO UPDATE SET accepted = campaign_day.accepted + 1,
	simulated = campaign_day.simulated + excluded.simulated;
