-- name: instrument_put write
INSERT INTO instrument(id, code, version, title, search, document, checksum, items, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: instrument_get read
SELECT id, version, document FROM instrument WHERE id = $1;

-- name: instrument_newest read
SELECT id, version, checksum FROM instrument WHERE code = $1 ORDER BY version DESC LIMIT 1;

-- name: instrument_version read
SELECT id FROM instrument WHERE code = $1 AND version = $2;

-- name: instrument_count read
-- replace() finds a part of a text in every database alike, and takes it literally
SELECT count(*) FROM instrument WHERE $1 = '' OR replace(search, $1, '') <> search;

-- name: instrument_list read
WITH keyed AS (
	SELECT id, CASE $2 WHEN 'created' THEN created_at ELSE version END AS num,
		CASE $2 WHEN 'title' THEN search WHEN 'created' THEN '' ELSE code END AS word
	FROM instrument)
SELECT i.id, i.code, i.title, i.version, i.items, i.created_at,
	(SELECT count(*) FROM campaign c WHERE c.instrument = i.id)
FROM instrument i JOIN keyed k ON k.id = i.id
WHERE ($1 = '' OR replace(i.search, $1, '') <> i.search)
	AND ($3 = '' OR (k.word, k.num, k.id) > (SELECT a.word, a.num, a.id FROM keyed a WHERE a.id = $3))
ORDER BY k.word, k.num, k.id LIMIT $4;

-- name: instrument_list_down read
WITH keyed AS (
	SELECT id, CASE $2 WHEN 'created' THEN created_at ELSE version END AS num,
		CASE $2 WHEN 'title' THEN search WHEN 'created' THEN '' ELSE code END AS word
	FROM instrument)
SELECT i.id, i.code, i.title, i.version, i.items, i.created_at,
	(SELECT count(*) FROM campaign c WHERE c.instrument = i.id)
FROM instrument i JOIN keyed k ON k.id = i.id
WHERE ($1 = '' OR replace(i.search, $1, '') <> i.search)
	AND ($3 = '' OR (k.word, k.num, k.id) < (SELECT a.word, a.num, a.id FROM keyed a WHERE a.id = $3))
ORDER BY k.word DESC, k.num DESC, k.id DESC LIMIT $4;
