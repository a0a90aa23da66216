-- Steps of a transaction that come with every job of the writer, prepared once rather than parsed each time.

-- name: job_savepoint read
SAVEPOINT job;

-- name: job_release read
RELEASE SAVEPOINT job;

-- name: job_undo read
ROLLBACK TO SAVEPOINT job;
