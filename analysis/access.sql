-- name: access_campaign_target read
SELECT 1 FROM campaign JOIN target ON target.campaign = campaign.id
WHERE (campaign.id = $1 OR campaign.code = $1) AND (target.account = $2
	OR target.section IN (SELECT section FROM section_lecturer WHERE account = $2))
LIMIT 1;

-- name: access_programme_code read
SELECT code FROM programme WHERE id = $1 OR code = $1;

-- name: access_course_programmes read
SELECT programme.code FROM course JOIN programme_course ON programme_course.course = course.id
JOIN programme ON programme.id = programme_course.programme
WHERE course.id = $1 OR course.code = $1;

-- name: access_course_section read
SELECT 1 FROM course JOIN section ON section.course = course.id
JOIN section_lecturer ON section_lecturer.section = section.id
WHERE (course.id = $1 OR course.code = $1) AND section_lecturer.account = $2
LIMIT 1;

-- name: access_course_others_section read
SELECT 1 FROM course JOIN section ON section.course = course.id
WHERE (course.id = $1 OR course.code = $1)
	AND NOT EXISTS (SELECT 1 FROM section_lecturer l WHERE l.section = section.id AND l.account = $2)
LIMIT 1;

-- name: access_assessment_courses read
SELECT course FROM assessment WHERE id = $1 OR code = $1;
