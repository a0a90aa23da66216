-- name: finding_put write
INSERT INTO finding(id, programme, outcome, text, created_at, account) VALUES ($1, $2, $3, $4, $5, $6);

-- name: finding_list read
SELECT f.id, coalesce(o.id, ''), coalesce(o.code, ''), coalesce(o.name, '{}'), f.text, f.created_at,
	coalesce(a.name, '')
FROM finding f LEFT JOIN programme_outcome o ON o.id = f.outcome LEFT JOIN account a ON a.id = f.account
WHERE f.programme = $1 ORDER BY f.created_at, f.id;

-- name: finding_get read
SELECT id FROM finding WHERE id = $1 AND programme = $2;

-- name: finding_outcome read
SELECT id FROM programme_outcome WHERE programme = $1 AND (id = $2 OR code = $2);

-- name: action_put write
INSERT INTO action(id, programme, finding, kind, what, who, starts_on, ends_on, measure, resources, created_at, account)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: action_list read
SELECT t.id, coalesce(t.finding, ''), t.kind, t.what, t.who, t.starts_on, t.ends_on, t.measure, t.resources,
	t.created_at, coalesce(a.name, '')
FROM action t LEFT JOIN account a ON a.id = t.account
WHERE t.programme = $1 ORDER BY t.kind DESC, t.starts_on, t.id;

-- name: evidence_assessments read
SELECT s.id, s.code, s.name, c.id, c.code, c.name, t.id, t.code, t.name, t.starts_at, s.missing_policy, s.imported_at,
	(SELECT count(*) FROM item i WHERE i.assessment = s.id),
	(SELECT count(*) FROM result r WHERE r.assessment = s.id),
	(SELECT count(*) FROM item i JOIN item_outcome q ON q.item = i.id WHERE i.assessment = s.id), s.note
FROM programme_course pc JOIN course c ON c.id = pc.course JOIN assessment s ON s.course = c.id
	JOIN term t ON t.id = s.term
WHERE pc.programme = $1 ORDER BY pc.position, t.starts_at DESC, s.code;

-- name: evidence_map read
SELECT count(*), count(DISTINCT m.programme_outcome), count(DISTINCT co.course)
FROM curriculum_map m JOIN programme_outcome po ON po.id = m.programme_outcome
	JOIN course_outcome co ON co.id = m.course_outcome
WHERE po.programme = $1;

-- name: evidence_campaigns read
SELECT c.id, c.code, c.title, count(*)
FROM indirect_evidence i JOIN programme_outcome po ON po.id = i.programme_outcome JOIN campaign c ON c.id = i.campaign
WHERE po.programme = $1 GROUP BY c.id, c.code, c.title ORDER BY c.code;
