/* Accounts, signing in, sessions, tokens, audit: against a database in a file. */
#include "tests/store/store.h"

#include "core/account.h"
#include "core/audit.h"
#include "core/session.h"
#include "core/signin.h"
#include "core/writer.h"

static struct store s;

static int open_store(void **state)
{
	(void)state;
	store_open(&s);
	return 0;
}

static int close_store(void **state)
{
	(void)state;
	store_close(&s);
	return 0;
}

static void create(const char *login, char id[ID_LEN + 1])
{
	struct err e = { 0 };

	STORE_OK(e, account_create(s.db, NULL, login, "Lan", "*", id, &e));
}

static void logins(void **state)
{
	static const struct {
		const char *given, *clean; /* clean NULL: refused */
	} t[] = {
		{ "lan@uni.example", "lan@uni.example" },
		{ "  Lan@Uni.Example ", "lan@uni.example" },
		{ "lan", NULL },
		{ "@uni.example", NULL },
		{ "lan@", NULL },
		{ "a@b@c", NULL },
		{ "la n@uni.example", NULL },
		{ "", NULL },
		{ "lan@uni.example\x01", NULL },
		{ "lan@uni,example", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char out[LOGIN_MAX + 1];
		struct err e = { 0 };
		int rc = login_clean(t[i].given, out, &e);

		print_message("  “%s”\n", t[i].given);
		assert_int_equal(rc, t[i].clean != NULL ? 0 : -1);
		if (rc == 0)
			assert_string_equal(out, t[i].clean);
		else
			assert_string_equal(e.field, "login");
	}
}

static void create_and_read(void **state)
{
	char id[ID_LEN + 1], again[ID_LEN + 1];
	struct err e = { 0 };
	struct account a, *all;
	size_t n;

	(void)state;
	create("Lan@uni.example", id);
	STORE_OK(e, account_role_add(s.db, NULL, id, ROLE_LECTURER, NULL, &e));
	STORE_OK(e, account_role_add(s.db, NULL, id, ROLE_LECTURER, NULL, &e));
	STORE_OK(e, account_role_add(s.db, NULL, id, ROLE_PROGRAMME_LEADER, "KT-1", &e));
	STORE_OK(e, account_role_add(s.db, NULL, id, ROLE_PROGRAMME_LEADER, "KT-2", &e));
	assert_int_equal(account_by_login(s.db, s.a, "LAN@uni.example", &a, &e), 1);
	assert_string_equal(a.id, id);
	assert_int_equal(a.roles, ROLE_LECTURER | ROLE_PROGRAMME_LEADER);
	assert_int_equal(a.programme_count, 2);
	assert_true(account_leads(&a, "KT-2"));
	assert_false(account_leads(&a, "KT-3"));
	STORE_OK(e, account_role_remove(s.db, NULL, id, ROLE_LECTURER, NULL, &e));
	assert_int_equal(account_get(s.db, s.a, id, &a, &e), 1);
	assert_int_equal(a.roles, ROLE_PROGRAMME_LEADER);

	assert_int_equal(account_create(s.db, NULL, "lan@uni.example", "Other", "*", again, &e), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	err_clear(&e);
	assert_int_equal(account_role_add(s.db, NULL, id, ROLE_PROGRAMME_LEADER, NULL, &e), -1);
	assert_string_equal(e.field, "programme");
	err_clear(&e);
	assert_int_equal(account_get(s.db, s.a, "nobody", &a, &e), 0);
	create("an@uni.example", again);
	STORE_OK(e, account_list(s.db, s.a, &all, &n, &e));
	assert_int_equal(n, 2);
	assert_string_equal(all[0].login, "an@uni.example");
}

static void audit_rows(void **state)
{
	char id[ID_LEN + 1];
	struct err e = { 0 };
	struct audit *rows;
	size_t n, creates = 0;

	(void)state;
	create("lan@uni.example", id);
	STORE_OK(e, account_disable(s.db, id, id, true, &e));
	STORE_OK(e, audit_list(s.db, s.a, INT64_MAX, 10, &rows, &n, &e));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].action, "account-create") == 0) {
			assert_string_equal(rows[i].account, "");
			creates++;
		} else {
			assert_string_equal(rows[i].action, "account-disable");
			assert_string_equal(rows[i].login, "lan@uni.example");
		}
	}
	assert_int_equal(creates, 1);
}

static void sessions(void **state)
{
	char id[ID_LEN + 1], cookie[TOKEN_LEN + 1], csrf[CSRF_LEN + 1], other[CSRF_LEN + 1];
	struct err e = { 0 };
	struct account a;
	bool due;

	(void)state;
	clock_fix(1800000000000);
	create("lan@uni.example", id);
	STORE_OK(e, session_new(s.db, &s.secret, id, cookie, &e));
	assert_int_equal(session_find(s.db, &s.secret, s.a, cookie, &a, &due, &e), 1);
	assert_string_equal(a.id, id);
	assert_false(due);
	session_csrf(&s.secret, cookie, csrf);
	assert_true(session_csrf_right(&s.secret, cookie, csrf));
	csrf[0] = csrf[0] == '0' ? '1' : '0';
	assert_false(session_csrf_right(&s.secret, cookie, csrf));
	assert_false(session_csrf_right(&s.secret, cookie, ""));
	session_csrf(&s.secret, "another cookie", other);
	assert_false(session_csrf_right(&s.secret, cookie, other));

	/* slides: due after the step, and then lasts from there */
	clock_fix(1800000000000 + SESSION_STEP_MS + 1);
	assert_int_equal(session_find(s.db, &s.secret, s.a, cookie, &a, &due, &e), 1);
	assert_true(due);
	STORE_OK(e, session_extend(s.db, &s.secret, cookie, &e));
	clock_fix(1800000000000 + SESSION_MS + 1);
	assert_int_equal(session_find(s.db, &s.secret, s.a, cookie, &a, &due, &e), 1);
	clock_fix(1800000000000 + SESSION_STEP_MS + SESSION_MS + 2);
	assert_int_equal(session_find(s.db, &s.secret, s.a, cookie, &a, &due, &e), 0);

	STORE_OK(e, session_new(s.db, &s.secret, id, cookie, &e));
	STORE_OK(e, session_end(s.db, &s.secret, cookie, &e));
	assert_int_equal(session_find(s.db, &s.secret, s.a, cookie, &a, &due, &e), 0);
	STORE_OK(e, session_new(s.db, &s.secret, id, cookie, &e));
	STORE_OK(e, account_disable(s.db, NULL, id, true, &e));
	STORE_OK(e, account_disable(s.db, NULL, id, false, &e));
	assert_int_equal(session_find(s.db, &s.secret, s.a, cookie, &a, &due, &e), 0);
	assert_int_equal(session_find(s.db, &s.secret, s.a, "short", &a, &due, &e), 0);
}

static void tokens(void **state)
{
	char id[ID_LEN + 1], one[TOKEN_LEN + 1], two[TOKEN_LEN + 1];
	struct err e = { 0 };
	struct account a;
	struct token *all;
	size_t n;

	(void)state;
	clock_fix(1800000000000);
	create("lan@uni.example", id);
	STORE_OK(e, token_add(s.db, &s.secret, NULL, id, "dashboard", 0, one, &e));
	STORE_OK(e, token_add(s.db, &s.secret, NULL, id, "one day", 1800000000000 + 86400000, two, &e));
	assert_int_equal(token_find(s.db, &s.secret, s.a, one, &a, &e), 1);
	assert_int_equal(token_find(s.db, &s.secret, s.a, two, &a, &e), 1);
	/* a cookie is no token, although both are 40 characters of the same kind */
	STORE_OK(e, session_new(s.db, &s.secret, id, two, &e));
	assert_int_equal(token_find(s.db, &s.secret, s.a, two, &a, &e), 0);
	clock_fix(1800000000000 + 86400001);
	STORE_OK(e, token_list(s.db, s.a, &all, &n, &e));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		if (all[i].expires_at == 0)
			STORE_OK(e, token_revoke(s.db, NULL, all[i].ref, &e));
	assert_int_equal(token_find(s.db, &s.secret, s.a, one, &a, &e), 0);
	assert_int_equal(token_revoke(s.db, NULL, "000000000000", &e), -1);
	assert_int_equal(e.kind, ERR_ABSENT);
}

/* What lies in the file must not open anything. */
static void nothing_in_plain(void **state)
{
	char id[ID_LEN + 1], cookie[TOKEN_LEN + 1], token[TOKEN_LEN + 1], *bytes;
	struct err e = { 0 };
	size_t len;
	FILE *f;

	(void)state;
	create("lan@uni.example", id);
	STORE_OK(e, session_new(s.db, &s.secret, id, cookie, &e));
	STORE_OK(e, token_add(s.db, &s.secret, NULL, id, "dashboard", 0, token, &e));
	STORE_OK(e, db_forget_log(s.db, &e));
	f = fopen(s.file, "rb");
	assert_non_null(f);
	bytes = calloc(1, 4 << 20);
	len = fread(bytes, 1, 4 << 20, f);
	fclose(f);
	/* the test can see: the login is there */
	assert_non_null(memmem(bytes, len, "lan@uni.example", 15));
	assert_null(memmem(bytes, len, cookie, TOKEN_LEN));
	assert_null(memmem(bytes, len, token, TOKEN_LEN));
	free(bytes);
}

static void try_sign_in(struct writer *w, const char *login, const char *password, int want, const char *message)
{
	char cookie[TOKEN_LEN + 1], text[200];
	struct err e = { 0 };
	int rc = sign_in(s.db, w, &s.secret, login, password, cookie, &e);

	err_text(&e, NULL, NULL, text, sizeof text);
	print_message("  %s, %s: %s\n", login, password, rc == 0 ? "in" : text);
	assert_int_equal(rc, want);
	if (message != NULL)
		assert_non_null(strstr(text, message));
	if (rc < 0)
		assert_int_equal(e.kind, ERR_LOGIN);
}

static void signing_in(void **state)
{
	static const char *const names[] = { "lan@uni.example", "nobody@uni.example", "not an address" };
	char hash[PASSWORD_HASH_MAX], id[ID_LEN + 1];
	struct err e = { 0 };
	struct writer *w;

	(void)state;
	clock_fix(1800000000000);
	assert_int_equal(password_hash("short", hash, &e), -1);
	assert_string_equal(e.field, "password");
	err_clear(&e);
	STORE_OK(e, password_hash("đúng mật khẩu này", hash, &e));
	STORE_OK(e, account_create(s.db, NULL, "lan@uni.example", "Lan", hash, id, &e));
	STORE_OK(e, writer_start(s.url, 8, &w, &e));
	try_sign_in(w, "Lan@uni.example", "đúng mật khẩu này", 0, NULL);
	/* known and unknown names get the same words, try by try, and are locked alike */
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		for (int i = 1; i < SIGNIN_TRIES; i++)
			try_sign_in(w, names[n], "wrong password", -1,
			    "The e-mail address or the password is not right.");
		try_sign_in(w, names[n], "wrong password", -1,
		    "Too many wrong tries for this name. Try again in 1 min.");
	}
	try_sign_in(w, "lan@uni.example", "đúng mật khẩu này", -1, "Too many wrong tries");
	clock_fix(1800000000000 + 31000);
	/* the sixth wrong one locks for twice as long */
	try_sign_in(w, "lan@uni.example", "wrong password", -1, "Too many wrong tries");
	clock_fix(1800000000000 + 31000 + 59000);
	try_sign_in(w, "lan@uni.example", "đúng mật khẩu này", -1, "Too many wrong tries");
	clock_fix(1800000000000 + 31000 + 61000);
	try_sign_in(w, "lan@uni.example", "đúng mật khẩu này", 0, NULL);
	/* a right one starts the count anew */
	try_sign_in(w, "lan@uni.example", "wrong password", -1, "is not right");
	STORE_OK(e, account_disable(s.db, NULL, id, true, &e));
	try_sign_in(w, "lan@uni.example", "đúng mật khẩu này", -1, "is not right");
	writer_stop(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins),
		cmocka_unit_test_setup_teardown(create_and_read, open_store, close_store),
		cmocka_unit_test_setup_teardown(audit_rows, open_store, close_store),
		cmocka_unit_test_setup_teardown(sessions, open_store, close_store),
		cmocka_unit_test_setup_teardown(tokens, open_store, close_store),
		cmocka_unit_test_setup_teardown(nothing_in_plain, open_store, close_store),
		cmocka_unit_test_setup_teardown(signing_in, open_store, close_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
