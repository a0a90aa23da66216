-- name: target_put write
INSERT INTO target(campaign, number, id, code, label, search, unit, unit_label, section, account, enrolled, accepted,
	released, mean)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: target_get read
SELECT id, number, code, label, unit, unit_label, section, account, enrolled, accepted, released, mean
FROM target WHERE campaign = $1 AND (id = $2 OR code = $2)
ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1;

-- name: target_at read
SELECT id, number, code, label, unit, unit_label, section, account, enrolled, accepted, released, mean
FROM target WHERE campaign = $1 AND number = $2;

-- name: target_link write
UPDATE target SET section = coalesce($3, section), account = coalesce($4, account) WHERE campaign = $1 AND number = $2;

-- name: target_all read
SELECT id, number, code, label, unit, unit_label, section, account, enrolled, accepted, released, mean
FROM target WHERE campaign = $1 ORDER BY number;

-- name: target_count read
SELECT count(*) FROM target
WHERE campaign = $1 AND ($2 = '' OR replace(search, $2, '') <> search) AND ($3 = '' OR unit = $3);

-- name: target_page read
WITH keyed AS (
	SELECT number, id, CASE $4 WHEN 'accepted' THEN accepted WHEN 'number' THEN number ELSE 0 END AS num,
		CASE $4 WHEN 'label' THEN search WHEN 'unit' THEN unit ELSE '' END AS word
	FROM target WHERE campaign = $1)
SELECT t.id, t.number, t.code, t.label, t.unit, t.unit_label, t.section, t.account, t.enrolled, t.accepted, t.released,
	t.mean
FROM keyed k JOIN target t ON t.campaign = $1 AND t.number = k.number
WHERE ($2 = '' OR replace(t.search, $2, '') <> t.search) AND ($3 = '' OR t.unit = $3)
	AND ($5 = '' OR (k.word, k.num, k.number) > (SELECT a.word, a.num, a.number FROM keyed a WHERE a.id = $5))
ORDER BY k.word, k.num, k.number LIMIT $6;

-- name: target_page_down read
WITH keyed AS (
	SELECT number, id, CASE $4 WHEN 'accepted' THEN accepted WHEN 'number' THEN number ELSE 0 END AS num,
		CASE $4 WHEN 'label' THEN search WHEN 'unit' THEN unit ELSE '' END AS word
	FROM target WHERE campaign = $1)
SELECT t.id, t.number, t.code, t.label, t.unit, t.unit_label, t.section, t.account, t.enrolled, t.accepted, t.released,
	t.mean
FROM keyed k JOIN target t ON t.campaign = $1 AND t.number = k.number
WHERE ($2 = '' OR replace(t.search, $2, '') <> t.search) AND ($3 = '' OR t.unit = $3)
	AND ($5 = '' OR (k.word, k.num, k.number) < (SELECT a.word, a.num, a.number FROM keyed a WHERE a.id = $5))
ORDER BY k.word DESC, k.num DESC, k.number DESC LIMIT $6;
