-- name: account_put write
INSERT INTO account(id, login, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5);

-- name: account_password write
UPDATE account SET password_hash = $2, failures = 0, locked_until = 0 WHERE id = $1;

-- name: account_disabled write
UPDATE account SET disabled = $2 WHERE id = $1;

-- name: account_of_id read
SELECT id, login, name, disabled, created_at FROM account WHERE id = $1;

-- name: account_of_login read
SELECT id, login, name, disabled, created_at FROM account WHERE login = $1;

-- name: account_all read
SELECT id, login, name, disabled, created_at FROM account ORDER BY login;

-- name: account_roles read
SELECT role, programme FROM account_role WHERE account = $1 ORDER BY role, programme;

-- name: account_role_put write
INSERT INTO account_role(account, role, programme) VALUES ($1, $2, $3) ON CONFLICT (account, role, programme) DO NOTHING;

-- name: account_role_drop write
DELETE FROM account_role WHERE account = $1 AND role = $2 AND programme = $3;
