-- name: invitation_put write
INSERT INTO invitation(hash, campaign, target, person) VALUES ($1, $2, $3, $4);

-- name: invitation_get read
SELECT campaign, target, person, used FROM invitation WHERE hash = $1;

-- name: invitation_use write
UPDATE invitation SET used = 1 WHERE hash = $1 AND used = 0;

-- name: invitation_counts read
SELECT count(*), coalesce(sum(used), 0) FROM invitation WHERE campaign = $1;
