-- Who may do what, and who did.  Types are tokens: each database has its own word for them.
-- Identifiers are random texts (core/ids.h); times are ms UTC; yes and no are 1 and 0.
-- Names that people read are JSON objects of language to text: {"vi": "...", "en": "..."}.

CREATE TABLE setting(
	name @ID@ PRIMARY KEY,
	value @BLOB@ NOT NULL			-- 'secret': the key of all keyed hashes
) @TABLE@;

CREATE TABLE account(
	id @ID@ PRIMARY KEY,
	login @ID@ NOT NULL UNIQUE,		-- e-mail address, lower case
	name @ID@ NOT NULL,
	password_hash @ID@ NOT NULL,		-- argon2id, in its own notation
	disabled @INT@ NOT NULL DEFAULT 0,
	failures @INT@ NOT NULL DEFAULT 0,	-- wrong passwords since the last right one
	locked_until @INT@ NOT NULL DEFAULT 0,
	created_at @INT@ NOT NULL
) @TABLE@;

CREATE TABLE account_role(
	account @ID@ NOT NULL REFERENCES account(id),
	role @ID@ NOT NULL CHECK (role IN ('administrator', 'quality_office', 'programme_leader', 'lecturer')),
	programme @ID@ NOT NULL DEFAULT '',	-- programme code of a programme leader, else ''
	PRIMARY KEY (account, role, programme)
) @KEYED@;

CREATE TABLE session(
	hash @BLOB@ PRIMARY KEY,		-- keyed hash of the cookie
	account @ID@ NOT NULL REFERENCES account(id),
	expires_at @INT@ NOT NULL
) @KEYED@;

CREATE TABLE token(				-- bearer tokens of the API
	hash @BLOB@ PRIMARY KEY,
	account @ID@ NOT NULL REFERENCES account(id),
	name @ID@ NOT NULL,			-- what it is for
	created_at @INT@ NOT NULL,
	expires_at @INT@			-- NULL: does not expire
) @KEYED@;

CREATE TABLE audit(
	id @ID@ PRIMARY KEY,
	at @INT@ NOT NULL,
	account @ID@,				-- NULL: the machine room (command line)
	action @ID@ NOT NULL,
	object @ID@ NOT NULL,
	detail @ID@ NOT NULL DEFAULT ''
) @TABLE@;
CREATE INDEX audit_at ON audit(at);
