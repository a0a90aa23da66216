-- name: import_course_id read
SELECT id FROM course WHERE code = $1;

-- name: import_term_id read
SELECT id FROM term WHERE code = $1;

-- name: import_outcome_id read
SELECT id FROM course_outcome WHERE course = $1 AND code = $2;

-- name: assessment_put write
INSERT INTO assessment(id, course, term, code, name, weight, missing_policy, imported_at, note)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (course, term, code) DO UPDATE SET name = excluded.name, weight = excluded.weight,
	missing_policy = excluded.missing_policy, imported_at = excluded.imported_at, note = excluded.note
RETURNING id;

-- name: item_shape_list read
SELECT code, max FROM item WHERE assessment = $1 ORDER BY position;

-- name: result_count read
SELECT count(*) FROM result WHERE assessment = $1;

-- name: student_count read
SELECT count(*) FROM student;

-- name: item_links_remove write
DELETE FROM item_outcome WHERE item IN (SELECT id FROM item WHERE assessment = $1);

-- name: items_remove write
DELETE FROM item WHERE assessment = $1;

-- name: item_put write
INSERT INTO item(id, assessment, position, code, name, max) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (assessment, code) DO UPDATE SET name = excluded.name, max = excluded.max
RETURNING id;

-- name: item_link_put write
INSERT INTO item_outcome(item, course_outcome, weight) VALUES ($1, $2, $3);

-- name: student_put write
INSERT INTO student(id, code) VALUES ($1, $2)
ON CONFLICT (code) DO UPDATE SET code = excluded.code
RETURNING id;

-- name: import_section_id read
SELECT id FROM section WHERE course = $1 AND term = $2 AND code = $3;

-- name: import_section_put write
INSERT INTO section(id, course, term, code, name) VALUES ($1, $2, $3, $4, $5);

-- name: result_put write
INSERT INTO result(assessment, student, section, attempt, variables, scores) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (assessment, student) DO UPDATE SET section = excluded.section, attempt = excluded.attempt,
	variables = excluded.variables, scores = excluded.scores;

-- name: result_exists read
SELECT 1 FROM result r JOIN student s ON s.id = r.student WHERE r.assessment = $1 AND s.code = $2;
