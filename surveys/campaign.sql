-- name: campaign_put write
INSERT INTO campaign(id, code, title, search, instrument, mode, audience, k, opens_at, closes_at, origin, invited,
	goal_rate, target_word, unit_word, note, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: campaign_get read
-- Of a collected campaign days count what was accepted; imported responses have no days, and of
-- aggregates the targets know how many answered.
SELECT c.id, c.instrument, c.code, c.title, c.target_word, c.unit_word, c.note, c.mode, c.audience, c.origin, c.k,
	c.opens_at, c.closes_at, c.closed_at, c.invited, c.goal_rate,
	CASE c.origin
		WHEN 'collected' THEN (SELECT coalesce(sum(accepted), 0) FROM campaign_day d WHERE d.campaign = c.id)
		WHEN 'imported' THEN (SELECT coalesce(sum(responses), 0) FROM release r WHERE r.campaign = c.id)
		ELSE (SELECT coalesce(sum(accepted), 0) FROM target t WHERE t.campaign = c.id) END,
	(SELECT coalesce(sum(responses), 0) FROM release r WHERE r.campaign = c.id),
	(SELECT coalesce(sum(simulated), 0) FROM campaign_day d WHERE d.campaign = c.id),
	(SELECT count(*) FROM target t WHERE t.campaign = c.id)
FROM campaign c WHERE c.id = $1 OR c.code = $1
ORDER BY CASE WHEN c.id = $1 THEN 0 ELSE 1 END LIMIT 1;

-- name: campaign_note_set write
UPDATE campaign SET note = $2 WHERE id = $1;

-- name: campaign_count read
SELECT count(*) FROM campaign
WHERE ($1 = '' OR replace(search, $1, '') <> search)
	AND ($2 = '' OR $2 = CASE WHEN $3 < opens_at THEN 'planned' WHEN $3 < closes_at THEN 'open' ELSE 'closed' END);

-- name: campaign_page read
WITH keyed AS (
	SELECT id, CASE $4 WHEN 'opens' THEN opens_at WHEN 'responses' THEN
			(SELECT coalesce(sum(accepted), 0) FROM campaign_day d WHERE d.campaign = c.id)
			+ (SELECT CASE c.origin WHEN 'imported' THEN coalesce(sum(responses), 0) ELSE 0 END
				FROM release r WHERE r.campaign = c.id)
			+ (SELECT CASE c.origin WHEN 'aggregate' THEN coalesce(sum(accepted), 0) ELSE 0 END
				FROM target t WHERE t.campaign = c.id)
		ELSE 0 END AS num,
		CASE $4 WHEN 'code' THEN code WHEN 'title' THEN search ELSE '' END AS word
	FROM campaign c)
SELECT c.id FROM campaign c JOIN keyed k ON k.id = c.id
WHERE ($1 = '' OR replace(c.search, $1, '') <> c.search)
	AND ($2 = '' OR $2 = CASE WHEN $3 < c.opens_at THEN 'planned' WHEN $3 < c.closes_at THEN 'open' ELSE 'closed' END)
	AND ($5 = '' OR (k.word, k.num, k.id) > (SELECT a.word, a.num, a.id FROM keyed a WHERE a.id = $5))
ORDER BY k.word, k.num, k.id LIMIT $6;

-- name: campaign_page_down read
WITH keyed AS (
	SELECT id, CASE $4 WHEN 'opens' THEN opens_at WHEN 'responses' THEN
			(SELECT coalesce(sum(accepted), 0) FROM campaign_day d WHERE d.campaign = c.id)
			+ (SELECT CASE c.origin WHEN 'imported' THEN coalesce(sum(responses), 0) ELSE 0 END
				FROM release r WHERE r.campaign = c.id)
			+ (SELECT CASE c.origin WHEN 'aggregate' THEN coalesce(sum(accepted), 0) ELSE 0 END
				FROM target t WHERE t.campaign = c.id)
		ELSE 0 END AS num,
		CASE $4 WHEN 'code' THEN code WHEN 'title' THEN search ELSE '' END AS word
	FROM campaign c)
SELECT c.id FROM campaign c JOIN keyed k ON k.id = c.id
WHERE ($1 = '' OR replace(c.search, $1, '') <> c.search)
	AND ($2 = '' OR $2 = CASE WHEN $3 < c.opens_at THEN 'planned' WHEN $3 < c.closes_at THEN 'open' ELSE 'closed' END)
	AND ($5 = '' OR (k.word, k.num, k.id) < (SELECT a.word, a.num, a.id FROM keyed a WHERE a.id = $5))
ORDER BY k.word DESC, k.num DESC, k.id DESC LIMIT $6;

-- name: campaign_days read
SELECT day, accepted, simulated FROM campaign_day WHERE campaign = $1 ORDER BY day;

-- name: campaign_last_release read
SELECT number, responses, simulated, digest FROM release WHERE campaign = $1 ORDER BY number DESC LIMIT 1;
