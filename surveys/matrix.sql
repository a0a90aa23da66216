-- name: matrix_count read
SELECT count(*) FROM response WHERE campaign = $1 AND ($2 < 0 OR target = $2);

-- name: matrix_rows read
SELECT target, simulated, answers FROM response WHERE campaign = $1 AND ($2 < 0 OR target = $2) ORDER BY key;
