-- name: setting_get read
SELECT value FROM setting WHERE name = $1;

-- name: setting_put_new write
INSERT INTO setting(name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING;
