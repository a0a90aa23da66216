-- name: assessment_get read
SELECT s.id, s.course, s.code, s.name, s.note, s.weight, s.missing_policy, s.imported_at, t.id, t.code, t.name, t.starts_at
FROM assessment s JOIN term t ON t.id = s.term
WHERE s.id = $1 OR (s.code = $1 AND (SELECT count(*) FROM assessment x WHERE x.code = $1) = 1);

-- name: assessment_of_course read
SELECT s.id, s.course, s.code, s.name, s.note, s.weight, s.missing_policy, s.imported_at, t.id, t.code, t.name, t.starts_at
FROM assessment s JOIN term t ON t.id = s.term
WHERE s.course = $1 AND s.term = $2 ORDER BY s.code;

-- name: assessment_terms read
SELECT t.id, t.code, t.name, t.starts_at FROM term t
WHERE EXISTS (SELECT 1 FROM assessment s WHERE s.course = $1 AND s.term = t.id)
ORDER BY t.starts_at DESC, t.code DESC;

-- name: item_list read
SELECT id, code, name, max FROM item WHERE assessment = $1 ORDER BY position;

-- name: item_link_list read
SELECT i.id, q.course_outcome, q.weight FROM item i JOIN item_outcome q ON q.item = i.id
WHERE i.assessment = $1 ORDER BY i.position, q.course_outcome;

-- name: result_list read
SELECT student, section, attempt, scores FROM result WHERE assessment = $1 ORDER BY student;

-- name: result_section_list read
SELECT s.id, s.code, s.name FROM section s
WHERE s.course = $1 AND s.term = $2 ORDER BY s.code;

-- name: result_section_taught read
SELECT 1 FROM section_lecturer WHERE section = $1 AND account = $2;
