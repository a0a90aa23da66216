-- name: migration_list read
SELECT version, checksum FROM migration ORDER BY version;

-- name: migration_seen read
SELECT version FROM migration WHERE version = $1;

-- name: migration_put write
INSERT INTO migration(version, name, checksum, applied_at) VALUES ($1, $2, $3, $4);
