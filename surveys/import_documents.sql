-- name: import_account read
SELECT id FROM account WHERE login = lower($1);
