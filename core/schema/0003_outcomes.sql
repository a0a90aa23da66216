-- What programmes promise, how courses contribute, and what students achieved.

CREATE TABLE unit(
	id @ID@ PRIMARY KEY,
	code @ID@ NOT NULL UNIQUE,
	name @ID@ NOT NULL
) @TABLE@;

CREATE TABLE programme(
	id @ID@ PRIMARY KEY,
	code @ID@ NOT NULL UNIQUE,
	name @ID@ NOT NULL,
	search @ID@ NOT NULL,
	unit @ID@ REFERENCES unit(id),
	threshold @REAL@ NOT NULL,		-- share of the marks from which a student has reached an outcome
	goal @REAL@ NOT NULL,			-- share of students that should
	weight_direct @REAL@ NOT NULL,		-- direct and indirect evidence combined by these
	weight_indirect @REAL@ NOT NULL,
	points_i @REAL@ NOT NULL DEFAULT 1,	-- what the levels of the curriculum map count
	points_r @REAL@ NOT NULL DEFAULT 2,
	points_m @REAL@ NOT NULL DEFAULT 3,
	note @ID@ NOT NULL DEFAULT '{}'
) @TABLE@;

CREATE TABLE programme_outcome(
	id @ID@ PRIMARY KEY,
	programme @ID@ NOT NULL REFERENCES programme(id),
	code @ID@ NOT NULL,
	position @INT@ NOT NULL,
	name @ID@ NOT NULL,
	threshold @REAL@,			-- NULL: the programme's
	goal @REAL@,
	UNIQUE (programme, code)
) @TABLE@;

CREATE TABLE course(
	id @ID@ PRIMARY KEY,
	code @ID@ NOT NULL UNIQUE,
	name @ID@ NOT NULL,
	search @ID@ NOT NULL,
	unit @ID@ REFERENCES unit(id),
	credits @REAL@ NOT NULL,
	threshold @REAL@ NOT NULL,
	goal @REAL@ NOT NULL,
	note @ID@ NOT NULL DEFAULT '{}'
) @TABLE@;

CREATE TABLE programme_course(
	programme @ID@ NOT NULL REFERENCES programme(id),
	course @ID@ NOT NULL REFERENCES course(id),
	position @INT@ NOT NULL,
	PRIMARY KEY (programme, course)
) @KEYED@;

CREATE TABLE course_outcome(
	id @ID@ PRIMARY KEY,
	course @ID@ NOT NULL REFERENCES course(id),
	code @ID@ NOT NULL,
	position @INT@ NOT NULL,
	name @ID@ NOT NULL,
	threshold @REAL@,			-- NULL: the course's
	goal @REAL@,
	UNIQUE (course, code)
) @TABLE@;

CREATE TABLE curriculum_map(
	course_outcome @ID@ NOT NULL REFERENCES course_outcome(id),
	programme_outcome @ID@ NOT NULL REFERENCES programme_outcome(id),
	level @ID@ NOT NULL CHECK (level IN ('I', 'R', 'M')),
	weight @REAL@ NOT NULL CHECK (weight > 0),
	note @ID@ NOT NULL DEFAULT '{}',
	PRIMARY KEY (course_outcome, programme_outcome)
) @KEYED@;

CREATE TABLE term(
	id @ID@ PRIMARY KEY,
	code @ID@ NOT NULL UNIQUE,
	name @ID@ NOT NULL,
	starts_at @INT@ NOT NULL
) @TABLE@;

CREATE TABLE section(				-- one course, one term, its lecturers
	id @ID@ PRIMARY KEY,
	course @ID@ NOT NULL REFERENCES course(id),
	term @ID@ NOT NULL REFERENCES term(id),
	code @ID@ NOT NULL,
	name @ID@ NOT NULL,
	UNIQUE (course, term, code)
) @TABLE@;

CREATE TABLE section_lecturer(
	section @ID@ NOT NULL REFERENCES section(id),
	account @ID@ NOT NULL REFERENCES account(id),
	PRIMARY KEY (section, account)
) @KEYED@;

CREATE TABLE student(
	id @INT@ PRIMARY KEY,			-- small, for packed results; drawn at random
	code @ID@ NOT NULL UNIQUE
) @TABLE@;

CREATE TABLE assessment(
	id @ID@ PRIMARY KEY,
	course @ID@ NOT NULL REFERENCES course(id),
	term @ID@ NOT NULL REFERENCES term(id),
	code @ID@ NOT NULL,
	name @ID@ NOT NULL,
	weight @REAL@ NOT NULL,			-- within the course
	missing_policy @ID@ NOT NULL CHECK (missing_policy IN ('missing', 'zero')),
						-- what not attempted, absent and not submitted count as
	imported_at @INT@ NOT NULL,		-- last import of results
	note @ID@ NOT NULL DEFAULT '{}',
	UNIQUE (course, term, code)
) @TABLE@;

CREATE TABLE item(
	id @ID@ PRIMARY KEY,
	assessment @ID@ NOT NULL REFERENCES assessment(id),
	position @INT@ NOT NULL,		-- place in the packed scores, from 0
	code @ID@ NOT NULL,
	name @ID@ NOT NULL,
	max @REAL@ NOT NULL CHECK (max > 0),
	UNIQUE (assessment, code)
) @TABLE@;

CREATE TABLE item_outcome(			-- the Q-matrix
	item @ID@ NOT NULL REFERENCES item(id),
	course_outcome @ID@ NOT NULL REFERENCES course_outcome(id),
	weight @REAL@ NOT NULL CHECK (weight > 0),
	PRIMARY KEY (item, course_outcome)
) @KEYED@;

CREATE TABLE result(				-- one student's scores in one assessment
	assessment @ID@ NOT NULL REFERENCES assessment(id),
	student @INT@ NOT NULL REFERENCES student(id),
	section @ID@ REFERENCES section(id),
	attempt @INT@ NOT NULL DEFAULT 1,
	variables @ID@ NOT NULL DEFAULT '{}',	-- declared variables: {"semester": "3"}
	scores @BLOB@ NOT NULL,			-- packed by item position (analysis/results.h)
	PRIMARY KEY (assessment, student)
) @KEYED@;

CREATE TABLE indirect_evidence(			-- which survey items speak of a programme outcome
	programme_outcome @ID@ NOT NULL REFERENCES programme_outcome(id),
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	item @ID@ NOT NULL,			-- item code within the instrument
	weight @REAL@ NOT NULL CHECK (weight > 0),
	PRIMARY KEY (programme_outcome, campaign, item)
) @KEYED@;

CREATE TABLE finding(
	id @ID@ PRIMARY KEY,
	programme @ID@ NOT NULL REFERENCES programme(id),
	outcome @ID@ REFERENCES programme_outcome(id),
	text @ID@ NOT NULL,
	created_at @INT@ NOT NULL,
	account @ID@ REFERENCES account(id)
) @TABLE@;

CREATE TABLE action(
	id @ID@ PRIMARY KEY,
	programme @ID@ NOT NULL REFERENCES programme(id),
	finding @ID@ REFERENCES finding(id),
	kind @ID@ NOT NULL CHECK (kind IN ('fix', 'build')), -- mend a weakness, build on a strength
	what @ID@ NOT NULL,
	who @ID@ NOT NULL,
	starts_on @ID@ NOT NULL,		-- yyyy-mm-dd
	ends_on @ID@ NOT NULL,
	measure @ID@ NOT NULL,			-- how one will see that it worked
	resources @ID@ NOT NULL DEFAULT '',
	created_at @INT@ NOT NULL,
	account @ID@ REFERENCES account(id)
) @TABLE@;
