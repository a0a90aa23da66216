-- name: audit_put write
INSERT INTO audit(id, at, account, action, object, detail) VALUES ($1, $2, $3, $4, $5, $6);

-- name: audit_page read
SELECT audit.id, audit.at, audit.account, account.login, audit.action, audit.object, audit.detail
FROM audit LEFT JOIN account ON account.id = audit.account
WHERE audit.at < $1 ORDER BY audit.at DESC, audit.id LIMIT $2;
