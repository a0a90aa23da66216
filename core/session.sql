-- name: session_put write
INSERT INTO session(hash, account, expires_at) VALUES ($1, $2, $3);

-- name: session_purge write
DELETE FROM session WHERE expires_at < $1;

-- name: session_of_hash read
SELECT session.account, session.expires_at FROM session JOIN account ON account.id = session.account
WHERE session.hash = $1 AND session.expires_at > $2 AND account.disabled = 0;

-- name: session_move write
UPDATE session SET expires_at = $2 WHERE hash = $1;

-- name: session_drop write
DELETE FROM session WHERE hash = $1;

-- name: session_drop_account write
DELETE FROM session WHERE account = $1;

-- name: token_put write
INSERT INTO token(hash, account, name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: token_of_hash read
SELECT token.account FROM token JOIN account ON account.id = token.account
WHERE token.hash = $1 AND (token.expires_at IS NULL OR token.expires_at > $2) AND account.disabled = 0;

-- name: token_all read
SELECT token.hash, token.account, account.login, token.name, token.created_at, token.expires_at
FROM token JOIN account ON account.id = token.account ORDER BY account.login, token.created_at, token.hash;

-- name: token_drop write
DELETE FROM token WHERE hash = $1;
