-- name: programme_get read
SELECT p.id, p.code, p.name, p.note, coalesce(u.code, ''), coalesce(u.name, '{}'), p.threshold, p.goal,
	p.weight_direct, p.weight_indirect, p.points_i, p.points_r, p.points_m
FROM programme p LEFT JOIN unit u ON u.id = p.unit
WHERE p.id = $1 OR p.code = $1;

-- name: course_get read
SELECT c.id, c.code, c.name, c.note, coalesce(u.code, ''), coalesce(u.name, '{}'), c.credits, c.threshold, c.goal
FROM course c LEFT JOIN unit u ON u.id = c.unit
WHERE c.id = $1 OR c.code = $1;

-- name: term_get read
SELECT id, code, name, starts_at FROM term WHERE id = $1 OR code = $1;

-- name: programme_outcome_list read
SELECT id, code, name, coalesce(threshold, $2), coalesce(goal, $3)
FROM programme_outcome WHERE programme = $1 ORDER BY position, code;

-- name: course_outcome_list read
SELECT id, code, name, coalesce(threshold, $2), coalesce(goal, $3)
FROM course_outcome WHERE course = $1 ORDER BY position, code;

-- name: programme_course_list read
SELECT c.id, c.code, c.name, c.note, coalesce(u.code, ''), coalesce(u.name, '{}'), c.credits, c.threshold, c.goal
FROM programme_course pc JOIN course c ON c.id = pc.course LEFT JOIN unit u ON u.id = c.unit
WHERE pc.programme = $1 ORDER BY pc.position, c.code;

-- name: programme_map_list read
SELECT co.course, m.course_outcome, m.programme_outcome, m.level, m.weight, m.note
FROM curriculum_map m JOIN programme_outcome po ON po.id = m.programme_outcome
	JOIN course_outcome co ON co.id = m.course_outcome
	JOIN programme_course pc ON pc.programme = po.programme AND pc.course = co.course
WHERE po.programme = $1 ORDER BY po.position, po.code, pc.position, co.position, co.code;

-- name: course_map_list read
SELECT m.course_outcome, p.id, p.code, p.name, po.id, po.code, po.name, m.level, m.weight, m.note
FROM curriculum_map m JOIN course_outcome co ON co.id = m.course_outcome
	JOIN programme_outcome po ON po.id = m.programme_outcome JOIN programme p ON p.id = po.programme
WHERE co.course = $1 ORDER BY p.code, po.position, po.code;

-- name: course_section_list read
SELECT s.id, s.code, s.name, t.id, t.code, t.name, t.starts_at
FROM section s JOIN term t ON t.id = s.term
WHERE s.course = $1 ORDER BY t.starts_at DESC, s.code;

-- name: section_lecturer_list read
SELECT l.section, a.id, a.name
FROM section_lecturer l JOIN section s ON s.id = l.section JOIN account a ON a.id = l.account
WHERE s.course = $1 ORDER BY l.section, a.name, a.id;

-- name: course_assessment_list read
SELECT s.id, s.code, s.name, s.weight, t.id, t.code, t.name, t.starts_at,
	(SELECT count(*) FROM item i WHERE i.assessment = s.id),
	(SELECT count(*) FROM result r WHERE r.assessment = s.id)
FROM assessment s JOIN term t ON t.id = s.term
WHERE s.course = $1 ORDER BY t.starts_at DESC, s.code;

-- name: course_programme_list read
SELECT p.id, p.code, p.name FROM programme_course pc JOIN programme p ON p.id = pc.programme
WHERE pc.course = $1 ORDER BY p.code;

-- name: programme_page read
SELECT p.id, p.code, p.name, p.note, coalesce(u.code, ''), coalesce(u.name, '{}'), p.threshold, p.goal,
	p.weight_direct, p.weight_indirect, p.points_i, p.points_r, p.points_m,
	(SELECT count(*) FROM programme_outcome o WHERE o.programme = p.id),
	(SELECT count(*) FROM programme_course c WHERE c.programme = p.id)
FROM programme p LEFT JOIN unit u ON u.id = p.unit
WHERE ($1 = '' OR replace(p.search, $1, '') <> p.search)
	AND ($2 = '' OR EXISTS (SELECT 1 FROM account_role r WHERE r.account = $2 AND r.role = 'programme_leader'
		AND r.programme = p.code))
	AND ($3 = '' OR (CASE $4 WHEN 'name' THEN p.search ELSE p.code END, p.id) >
		(SELECT CASE $4 WHEN 'name' THEN q.search ELSE q.code END, q.id FROM programme q WHERE q.id = $3))
ORDER BY CASE $4 WHEN 'name' THEN p.search ELSE p.code END, p.id
LIMIT $5;

-- name: programme_page_down read
SELECT p.id, p.code, p.name, p.note, coalesce(u.code, ''), coalesce(u.name, '{}'), p.threshold, p.goal,
	p.weight_direct, p.weight_indirect, p.points_i, p.points_r, p.points_m,
	(SELECT count(*) FROM programme_outcome o WHERE o.programme = p.id),
	(SELECT count(*) FROM programme_course c WHERE c.programme = p.id)
FROM programme p LEFT JOIN unit u ON u.id = p.unit
WHERE ($1 = '' OR replace(p.search, $1, '') <> p.search)
	AND ($2 = '' OR EXISTS (SELECT 1 FROM account_role r WHERE r.account = $2 AND r.role = 'programme_leader'
		AND r.programme = p.code))
	AND ($3 = '' OR (CASE $4 WHEN 'name' THEN p.search ELSE p.code END, p.id) <
		(SELECT CASE $4 WHEN 'name' THEN q.search ELSE q.code END, q.id FROM programme q WHERE q.id = $3))
ORDER BY CASE $4 WHEN 'name' THEN p.search ELSE p.code END DESC, p.id DESC
LIMIT $5;

-- name: programme_count read
SELECT count(*) FROM programme p
WHERE ($1 = '' OR replace(p.search, $1, '') <> p.search)
	AND ($2 = '' OR EXISTS (SELECT 1 FROM account_role r WHERE r.account = $2 AND r.role = 'programme_leader'
		AND r.programme = p.code));

-- name: course_page read
SELECT c.id, c.code, c.name, c.note, coalesce(u.code, ''), coalesce(u.name, '{}'), c.credits, c.threshold, c.goal,
	(SELECT count(*) FROM course_outcome o WHERE o.course = c.id)
FROM course c LEFT JOIN unit u ON u.id = c.unit
WHERE ($1 = '' OR replace(c.search, $1, '') <> c.search)
	AND ($6 = '' OR EXISTS (SELECT 1 FROM programme_course x JOIN programme p ON p.id = x.programme
		WHERE x.course = c.id AND (p.id = $6 OR p.code = $6)))
	AND ($2 = '' OR EXISTS (SELECT 1 FROM section s JOIN section_lecturer l ON l.section = s.id
			WHERE s.course = c.id AND l.account = $2)
		OR EXISTS (SELECT 1 FROM programme_course x JOIN programme p ON p.id = x.programme
			JOIN account_role r ON r.programme = p.code
			WHERE x.course = c.id AND r.account = $2 AND r.role = 'programme_leader'))
	AND ($3 = '' OR (CASE $4 WHEN 'credits' THEN c.credits ELSE 0 END, CASE $4 WHEN 'name' THEN c.search ELSE c.code END,
			c.id) >
		(SELECT CASE $4 WHEN 'credits' THEN d.credits ELSE 0 END, CASE $4 WHEN 'name' THEN d.search ELSE d.code END,
			d.id FROM course d WHERE d.id = $3))
ORDER BY CASE $4 WHEN 'credits' THEN c.credits ELSE 0 END, CASE $4 WHEN 'name' THEN c.search ELSE c.code END, c.id
LIMIT $5;

-- name: course_page_down read
SELECT c.id, c.code, c.name, c.note, coalesce(u.code, ''), coalesce(u.name, '{}'), c.credits, c.threshold, c.goal,
	(SELECT count(*) FROM course_outcome o WHERE o.course = c.id)
FROM course c LEFT JOIN unit u ON u.id = c.unit
WHERE ($1 = '' OR replace(c.search, $1, '') <> c.search)
	AND ($6 = '' OR EXISTS (SELECT 1 FROM programme_course x JOIN programme p ON p.id = x.programme
		WHERE x.course = c.id AND (p.id = $6 OR p.code = $6)))
	AND ($2 = '' OR EXISTS (SELECT 1 FROM section s JOIN section_lecturer l ON l.section = s.id
			WHERE s.course = c.id AND l.account = $2)
		OR EXISTS (SELECT 1 FROM programme_course x JOIN programme p ON p.id = x.programme
			JOIN account_role r ON r.programme = p.code
			WHERE x.course = c.id AND r.account = $2 AND r.role = 'programme_leader'))
	AND ($3 = '' OR (CASE $4 WHEN 'credits' THEN c.credits ELSE 0 END, CASE $4 WHEN 'name' THEN c.search ELSE c.code END,
			c.id) <
		(SELECT CASE $4 WHEN 'credits' THEN d.credits ELSE 0 END, CASE $4 WHEN 'name' THEN d.search ELSE d.code END,
			d.id FROM course d WHERE d.id = $3))
ORDER BY CASE $4 WHEN 'credits' THEN c.credits ELSE 0 END DESC,
	CASE $4 WHEN 'name' THEN c.search ELSE c.code END DESC, c.id DESC
LIMIT $5;

-- name: course_count read
SELECT count(*) FROM course c
WHERE ($1 = '' OR replace(c.search, $1, '') <> c.search)
	AND ($3 = '' OR EXISTS (SELECT 1 FROM programme_course x JOIN programme p ON p.id = x.programme
		WHERE x.course = c.id AND (p.id = $3 OR p.code = $3)))
	AND ($2 = '' OR EXISTS (SELECT 1 FROM section s JOIN section_lecturer l ON l.section = s.id
			WHERE s.course = c.id AND l.account = $2)
		OR EXISTS (SELECT 1 FROM programme_course x JOIN programme p ON p.id = x.programme
			JOIN account_role r ON r.programme = p.code
			WHERE x.course = c.id AND r.account = $2 AND r.role = 'programme_leader'));
