-- name: signin_of_login read
SELECT id, password_hash, disabled, failures, locked_until FROM account WHERE login = $1;

-- name: signin_failed write
UPDATE account SET failures = failures + 1 WHERE id = $1 RETURNING failures;

-- name: signin_lock write
UPDATE account SET locked_until = $2 WHERE id = $1;

-- name: signin_done write
UPDATE account SET failures = 0, locked_until = 0 WHERE id = $1;
