-- name: unit_put write
INSERT INTO unit(id, code, name) VALUES ($1, $2, $3)
ON CONFLICT (code) DO UPDATE SET name = excluded.name
RETURNING id;

-- name: unit_id read
SELECT id FROM unit WHERE code = $1;

-- name: term_put write
INSERT INTO term(id, code, name, starts_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, starts_at = excluded.starts_at
RETURNING id;

-- name: term_id read
SELECT id FROM term WHERE code = $1;

-- name: course_put write
INSERT INTO course(id, code, name, search, unit, credits, threshold, goal, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, search = excluded.search, unit = excluded.unit,
	credits = excluded.credits, threshold = excluded.threshold, goal = excluded.goal, note = excluded.note
RETURNING id;

-- name: course_id read
SELECT id FROM course WHERE code = $1;

-- name: course_outcome_put write
INSERT INTO course_outcome(id, course, code, position, name, threshold, goal)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (course, code) DO UPDATE SET position = excluded.position, name = excluded.name,
	threshold = excluded.threshold, goal = excluded.goal
RETURNING id;

-- name: course_outcome_id read
SELECT o.id FROM course_outcome o JOIN course c ON c.id = o.course WHERE c.code = $1 AND o.code = $2;

-- name: programme_put write
INSERT INTO programme(id, code, name, search, unit, threshold, goal, weight_direct, weight_indirect,
	points_i, points_r, points_m, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, search = excluded.search, unit = excluded.unit,
	threshold = excluded.threshold, goal = excluded.goal, weight_direct = excluded.weight_direct,
	weight_indirect = excluded.weight_indirect, points_i = excluded.points_i, points_r = excluded.points_r,
	points_m = excluded.points_m, note = excluded.note
RETURNING id;

-- name: programme_outcome_put write
INSERT INTO programme_outcome(id, programme, code, position, name, threshold, goal)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (programme, code) DO UPDATE SET position = excluded.position, name = excluded.name,
	threshold = excluded.threshold, goal = excluded.goal
RETURNING id;

-- name: programme_outcome_id read
SELECT o.id FROM programme_outcome o JOIN programme p ON p.id = o.programme WHERE p.code = $1 AND o.code = $2;

-- name: programme_course_put write
INSERT INTO programme_course(programme, course, position) VALUES ($1, $2, $3)
ON CONFLICT (programme, course) DO UPDATE SET position = excluded.position;

-- name: curriculum_map_put write
INSERT INTO curriculum_map(course_outcome, programme_outcome, level, weight, note) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (course_outcome, programme_outcome) DO UPDATE SET level = excluded.level, weight = excluded.weight,
	note = excluded.note;

-- name: curriculum_map_remove write
DELETE FROM curriculum_map WHERE course_outcome = $1 AND programme_outcome = $2;

-- name: programme_has_course read
SELECT 1 FROM programme_course pc JOIN programme p ON p.id = pc.programme JOIN course c ON c.id = pc.course
WHERE p.code = $1 AND c.code = $2;

-- name: section_put write
INSERT INTO section(id, course, term, code, name) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (course, term, code) DO UPDATE SET name = excluded.name
RETURNING id;

-- name: account_by_login read
SELECT id FROM account WHERE login = $1;

-- name: section_lecturer_put write
INSERT INTO section_lecturer(section, account) VALUES ($1, $2)
ON CONFLICT (section, account) DO NOTHING;

-- name: indirect_put write
INSERT INTO indirect_evidence(programme_outcome, campaign, item, weight) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme_outcome, campaign, item) DO UPDATE SET weight = excluded.weight;

-- name: indirect_remove write
DELETE FROM indirect_evidence WHERE programme_outcome = $1 AND campaign = $2 AND item = $3;

-- name: programme_things read
SELECT 'programme_outcome', o.id, o.code FROM programme_outcome o WHERE o.programme = $1
UNION ALL
SELECT 'programme_course', pc.programme || ' ' || pc.course, c.code
FROM programme_course pc JOIN course c ON c.id = pc.course WHERE pc.programme = $1
UNION ALL
SELECT 'map', m.course_outcome || ' ' || m.programme_outcome, c.code || ' ' || co.code || ' ' || po.code
FROM curriculum_map m JOIN programme_outcome po ON po.id = m.programme_outcome
	JOIN course_outcome co ON co.id = m.course_outcome JOIN course c ON c.id = co.course
WHERE po.programme = $1
UNION ALL
SELECT 'indirect', i.programme_outcome || ' ' || i.campaign || ' ' || i.item, po.code || ' ' || c.code || ' ' || i.item
FROM indirect_evidence i JOIN programme_outcome po ON po.id = i.programme_outcome JOIN campaign c ON c.id = i.campaign
WHERE po.programme = $1;

-- name: course_things read
SELECT 'course_outcome', o.id, o.code FROM course_outcome o WHERE o.course = $1;

-- name: programme_id read
SELECT id FROM programme WHERE code = $1;

-- name: finding_by_text read
SELECT f.id FROM finding f JOIN programme p ON p.id = f.programme WHERE p.code = $1 AND f.text = $2;
