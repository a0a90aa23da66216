-- Questionnaires, campaigns, and answers on their way to the analysis.

CREATE TABLE instrument(			-- one immutable version of a questionnaire
	id @ID@ PRIMARY KEY,
	code @ID@ NOT NULL,
	version @INT@ NOT NULL,
	title @ID@ NOT NULL,			-- {"vi": ..., "en": ...}
	search @ID@ NOT NULL,			-- titles without marks, lower case
	document @ID@ NOT NULL,			-- the JSON document itself
	checksum @ID@ NOT NULL,
	items @INT@ NOT NULL,			-- how many answers a response holds
	created_at @INT@ NOT NULL,
	UNIQUE (code, version)
) @TABLE@;

CREATE TABLE campaign(
	id @ID@ PRIMARY KEY,
	code @ID@ NOT NULL UNIQUE,
	title @ID@ NOT NULL,
	search @ID@ NOT NULL,
	instrument @ID@ NOT NULL REFERENCES instrument(id),
	mode @ID@ NOT NULL CHECK (mode IN ('anonymous', 'confidential', 'identified')),
	audience @ID@ NOT NULL CHECK (audience IN ('open', 'invited')),
	k @INT@ NOT NULL CHECK (k >= 1),	-- fewest responses that may be reported
	opens_at @INT@ NOT NULL,
	closes_at @INT@ NOT NULL,
	closed_at @INT@,			-- when the last release was done; NULL before
	origin @ID@ NOT NULL CHECK (origin IN ('collected', 'imported', 'aggregate')),
	invited @INT@,				-- how many were asked, where known
	goal_rate @REAL@,			-- response rate aimed at, where set
	target_word @ID@,			-- what a target is called: {"vi": "Giảng viên", "en": "Lecturer"}
	unit_word @ID@,				-- what a group of targets is called
	note @ID@ NOT NULL DEFAULT '{}',	-- source of the data, and what was done to it
	created_at @INT@ NOT NULL
) @TABLE@;

CREATE TABLE target(				-- what one response is about
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	number @INT@ NOT NULL,			-- 1, 2, ... within the campaign; 0 is "no target" in responses
	id @ID@ NOT NULL UNIQUE,
	code @ID@ NOT NULL,
	label @ID@ NOT NULL,
	search @ID@ NOT NULL,
	unit @ID@ NOT NULL DEFAULT '',		-- code of the group it belongs to, '' none
	unit_label @ID@ NOT NULL DEFAULT '{}',
	section @ID@,				-- section.id, where the target is one
	account @ID@ REFERENCES account(id),	-- the lecturer it is about, where there is an account
	enrolled @INT@,				-- how many could answer, where known
	accepted @INT@ NOT NULL DEFAULT 0,	-- responses accepted; public at once
	released @INT@ NOT NULL DEFAULT 0,
	mean @REAL@,				-- aggregates only: the mean that the source gives
	PRIMARY KEY (campaign, number),
	UNIQUE (campaign, code)
) @KEYED@;

CREATE TABLE campaign_day(			-- responses accepted by day; kept apart from the responses
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	day @INT@ NOT NULL,			-- yyyymmdd
	accepted @INT@ NOT NULL,
	simulated @INT@ NOT NULL DEFAULT 0,
	PRIMARY KEY (campaign, day)
) @KEYED@;

CREATE TABLE invitation(
	hash @BLOB@ PRIMARY KEY,		-- keyed hash of the token in the link
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	target @INT@ NOT NULL DEFAULT 0,
	person @ID@,				-- identified and confidential campaigns only
	used @INT@ NOT NULL DEFAULT 0		-- never when: the time would point at a response
) @KEYED@;

CREATE TABLE submission(			-- what makes a repeated POST one response
	hash @BLOB@ PRIMARY KEY,		-- 16 bytes of the keyed hash of campaign and client's identifier
	body @BLOB@ NOT NULL			-- 16 bytes of the keyed hash of identifier and body together
) @KEYED@;

CREATE TABLE holding(				-- accepted, durable, not yet released
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	target @INT@ NOT NULL,
	simulated @INT@ NOT NULL DEFAULT 0,
	key @BLOB@ NOT NULL,			-- unique
	answers @BLOB@ NOT NULL,		-- surveys/answers.h
	PRIMARY KEY (campaign, target, simulated, key)
) @KEYED@;

CREATE TABLE response(				-- released; key order is no order of arrival
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	key @BLOB@ NOT NULL,			-- random, another one than in holding
	target @INT@ NOT NULL,
	simulated @INT@ NOT NULL DEFAULT 0,
	person @ID@,				-- identified: who; confidential: a keyed hash; anonymous: always NULL
	answers @BLOB@ NOT NULL,
	PRIMARY KEY (campaign, key)
) @KEYED@;

CREATE TABLE release(				-- one advance of a campaign's figures
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	number @INT@ NOT NULL,			-- 1, 2, ...; not anonymous: 1 alone, advanced in place
	responses @INT@ NOT NULL,
	simulated @INT@ NOT NULL DEFAULT 0,
	digest @BLOB@ NOT NULL,			-- keyed hash over the answers released and the digest before
	PRIMARY KEY (campaign, number)
) @KEYED@;

CREATE TABLE tally(				-- running statistics, advanced by releases (analysis/tally.h)
	campaign @ID@ NOT NULL REFERENCES campaign(id),
	part @ID@ NOT NULL,			-- 'all': every response; 'careful': without straight-lining
	target @INT@ NOT NULL,			-- 0: the whole campaign
	data @BLOB@ NOT NULL,
	PRIMARY KEY (campaign, part, target)
) @KEYED@;
