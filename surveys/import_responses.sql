-- name: import_accept write
UPDATE target SET accepted = released WHERE campaign = $1;
