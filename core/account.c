#include "core/account.h"

#include "core/account.sql.h"
#include "core/audit.h"
#include "core/clock.h"
#include "core/session.h"
#include "core/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 400

const char *const role_names[] = { "administrator", "quality_office", "programme_leader", "lecturer", NULL };

unsigned role_from_name(const char *name)
{
	for (unsigned i = 0; role_names[i] != NULL; i++)
		if (strcmp(role_names[i], name) == 0)
			return 1u << i;
	return 0;
}

const char *role_name(enum role role)
{
	for (unsigned i = 0; role_names[i] != NULL; i++)
		if ((unsigned)role == 1u << i)
			return role_names[i];
	return "";
}

int login_clean(const char *given, char out[LOGIN_MAX + 1], struct err *e)
{
	size_t len = strlen(given), n = 0;
	const char *s, *at;

	s = text_trim(given, &len);
	at = memchr(s, '@', len);
	if (len == 0 || len > LOGIN_MAX || at == NULL || at == s || at == s + len - 1 ||
	    memchr(at + 1, '@', (size_t)(s + len - at) - 1) != NULL || !text_valid(s, len, false))
		return err_set(e, ERR_INPUT, "login", "A login is an e-mail address such as lan@university.example.",
		    NULL);
	for (; n < len; n++) {
		if (s[n] == ' ' || s[n] == ',' || s[n] == ';')
			return err_set(e, ERR_INPUT, "login",
			    "A login is an e-mail address such as lan@university.example.", NULL);
		out[n] = (char)tolower((unsigned char)s[n]);
	}
	out[n] = '\0';
	return 0;
}

int account_create(struct db *db, const char *by, const char *login, const char *name, const char *password_hash,
    char id[ID_LEN + 1], struct err *e)
{
	char clean[LOGIN_MAX + 1];
	struct db_rows rows;
	int rc;

	if (login_clean(login, clean, e) < 0)
		return -1;
	if (name[0] == '\0' || strlen(name) > NAME_MAX_BYTES || !text_valid(name, strlen(name), false))
		return err_set(e, ERR_INPUT, "name", "A name has 1 to 100 characters on one line.", NULL);
	rc = db_first(db, SQL_ACCOUNT_OF_LOGIN, DB_ARGS(db_text(clean)), &rows, e);
	db_done(&rows);
	if (rc < 0)
		return -1;
	if (rc == 1)
		return err_set(e, ERR_CONFLICT, "login", "There is already an account with this login.", NULL);
	id_new(id);
	if (db_run(db, SQL_ACCOUNT_PUT,
		DB_ARGS(db_text(id), db_text(clean), db_text(name), db_text(password_hash), db_int(clock_now())),
		e) < 0)
		return -1;
	return audit_put(db, by, "account-create", id, clean, e);
}

static int must_change(int64_t changed, struct err *e)
{
	if (changed < 0)
		return -1;
	return changed == 0 ? err_set(e, ERR_ABSENT, "account", "There is no such account.", NULL) : 0;
}

int account_password_set(struct db *db, const char *by, const char *id, const char *password_hash, struct err *e)
{
	int64_t n = db_run(db, SQL_ACCOUNT_PASSWORD, DB_ARGS(db_text(id), db_text(password_hash)), e);

	if (must_change(n, e) < 0 || session_end_all(db, id, e) < 0)
		return -1;
	return audit_put(db, by, "account-password", id, NULL, e);
}

int account_disable(struct db *db, const char *by, const char *id, bool disabled, struct err *e)
{
	int64_t n = db_run(db, SQL_ACCOUNT_DISABLED, DB_ARGS(db_text(id), db_int(disabled)), e);

	if (must_change(n, e) < 0 || (disabled && session_end_all(db, id, e) < 0))
		return -1;
	return audit_put(db, by, disabled ? "account-disable" : "account-enable", id, NULL, e);
}

static int role_change(struct db *db, const struct db_stmt *s, const char *by, const char *id, enum role role,
    const char *programme, struct err *e)
{
	bool leader = role == ROLE_PROGRAMME_LEADER;
	const char *code = leader && programme != NULL ? programme : "";
	int64_t n;

	if (leader && !text_is_code(code, 60))
		return err_set(e, ERR_INPUT, "programme", "A programme leader leads a programme: give its code.", NULL);
	n = db_run(db, s, DB_ARGS(db_text(id), db_text(role_name(role)), db_text(code)), e);
	if (n <= 0)
		return (int)n;
	return audit_put(db, by, s == SQL_ACCOUNT_ROLE_PUT ? "role-add" : "role-remove", id, role_name(role), e);
}

int account_role_add(struct db *db, const char *by, const char *id, enum role role, const char *programme,
    struct err *e)
{
	return role_change(db, SQL_ACCOUNT_ROLE_PUT, by, id, role, programme, e);
}

int account_role_remove(struct db *db, const char *by, const char *id, enum role role, const char *programme,
    struct err *e)
{
	return role_change(db, SQL_ACCOUNT_ROLE_DROP, by, id, role, programme, e);
}

static int roles_read(struct db *db, struct arena *a, struct account *out, struct err *e)
{
	const char *few[64];
	struct db_rows rows;
	int rc;

	if (db_query(db, SQL_ACCOUNT_ROLES, DB_ARGS(db_text(out->id)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		const char *programme = db_col_text(&rows, 1);

		out->roles |= role_from_name(db_col_text(&rows, 0));
		if (programme[0] != '\0' && out->programme_count < sizeof few / sizeof *few)
			few[out->programme_count++] = arena_strdup(a, programme);
	}
	if (rc < 0)
		return -1;
	out->programmes = ARENA_ARRAY(a, const char *, out->programme_count + 1);
	if (out->programmes == NULL || arena_failed(a))
		return err_nomem(e);
	memcpy(out->programmes, few, out->programme_count * sizeof *few);
	return 0;
}

static void row_read(struct db_rows *rows, struct arena *a, struct account *out)
{
	memset(out, 0, sizeof *out);
	out->id = arena_strdup(a, db_col_text(rows, 0));
	out->login = arena_strdup(a, db_col_text(rows, 1));
	out->name = arena_strdup(a, db_col_text(rows, 2));
	out->disabled = db_col_int(rows, 3) != 0;
	out->created_at = db_col_int(rows, 4);
}

static int one(struct db *db, struct arena *a, const struct db_stmt *s, const char *key, struct account *out,
    struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, s, DB_ARGS(db_text(key)), &rows, e);

	if (rc != 1)
		return rc;
	row_read(&rows, a, out);
	db_done(&rows);
	if (arena_failed(a))
		return err_nomem(e);
	return roles_read(db, a, out, e) < 0 ? -1 : 1;
}

int account_get(struct db *db, struct arena *a, const char *id, struct account *out, struct err *e)
{
	return one(db, a, SQL_ACCOUNT_OF_ID, id, out, e);
}

int account_by_login(struct db *db, struct arena *a, const char *login, struct account *out, struct err *e)
{
	char clean[LOGIN_MAX + 1];
	struct err bad = { 0 };

	/* what is no address is nobody's login */
	if (login_clean(login, clean, &bad) < 0)
		return 0;
	return one(db, a, SQL_ACCOUNT_OF_LOGIN, clean, out, e);
}

int account_list(struct db *db, struct arena *a, struct account **out, size_t *n, struct err *e)
{
	struct db_rows rows;
	size_t room = 0;
	int rc;

	*out = NULL;
	*n = 0;
	if (db_query(db, SQL_ACCOUNT_ALL, DB_NO_ARGS, &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		if (*n == room) {
			struct account *more = ARENA_ARRAY(a, struct account, room = room * 2 + 16);

			if (more == NULL) {
				db_done(&rows);
				return err_nomem(e);
			}
			if (*n > 0)
				memcpy(more, *out, *n * sizeof **out);
			*out = more;
		}
		row_read(&rows, a, &(*out)[(*n)++]);
	}
	if (rc < 0)
		return -1;
	for (size_t i = 0; i < *n; i++)
		if (roles_read(db, a, &(*out)[i], e) < 0)
			return -1;
	return arena_failed(a) ? err_nomem(e) : 0;
}

bool account_leads(const struct account *a, const char *programme)
{
	if (!(a->roles & ROLE_PROGRAMME_LEADER))
		return false;
	for (size_t i = 0; i < a->programme_count; i++)
		if (strcmp(a->programmes[i], programme) == 0)
			return true;
	return false;
}
