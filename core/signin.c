#include "core/signin.h"

#include "core/clock.h"
#include "core/session.h"
#include "core/signin.sql.h"
#include "core/text.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define LOCK_FIRST_MS 30000LL
#define LOCK_MOST_MS  3600000LL

_Static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "room for a hash");

static int hash_now(const char *password, char out[PASSWORD_HASH_MAX], struct err *e)
{
	memset(out, 0, PASSWORD_HASH_MAX);
	if (crypto_pwhash_str(out, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return err_busy(e, "no memory for a password hash");
	return 0;
}

int password_hash(const char *password, char out[PASSWORD_HASH_MAX], struct err *e)
{
	size_t len = strlen(password);

	if (len > PASSWORD_MAX || !text_valid(password, len, false) || text_chars(password, len) < PASSWORD_MIN)
		return err_set(e, ERR_INPUT, "password", "A password has at least 10 characters and at most 200 bytes.",
		    NULL);
	return hash_now(password, out, e);
}

/* Names without an account, so that they are counted and locked like the others.  A slot is
 * shared by names of equal hash part: losing a count is harmless. */
#define STRANGERS 4096
static struct stranger {
	uint64_t name;
	int failures;
	int64_t locked_until;
} strangers[STRANGERS];
static pthread_mutex_t strangers_lock = PTHREAD_MUTEX_INITIALIZER;

/* what may be checked: one hash of a password nobody has, made once */
static pthread_once_t decoy_once = PTHREAD_ONCE_INIT;
static char decoy[PASSWORD_HASH_MAX];

static void decoy_make(void)
{
	char nobody[TOKEN_LEN + 1];
	struct err e = { 0 };

	token_new(nobody);
	hash_now(nobody, decoy, &e);
}

struct candidate {
	char id[ID_LEN + 1]; /* "": a stranger */
	char hash[PASSWORD_HASH_MAX];
	struct stranger *stranger;
	uint64_t name;
	bool disabled;
	int failures;
	int64_t locked_until;
};

static void stranger_read(const struct secret *key, const char *login, struct candidate *c)
{
	unsigned char h[HASH_LEN];

	pthread_once(&decoy_once, decoy_make);
	memcpy(c->hash, decoy, sizeof c->hash);
	hash_keyed(key, "stranger", login, strlen(login), h);
	memcpy(&c->name, h, sizeof c->name);
	c->stranger = &strangers[c->name % STRANGERS];
	pthread_mutex_lock(&strangers_lock);
	if (c->stranger->name == c->name) {
		c->failures = c->stranger->failures;
		c->locked_until = c->stranger->locked_until;
	}
	pthread_mutex_unlock(&strangers_lock);
}

static int candidate_read(struct db *db, const struct secret *key, const char *given, struct candidate *c,
    struct err *e)
{
	char login[LOGIN_MAX + 1];
	struct err bad = { 0 };
	struct db_rows rows;
	int rc = 0;

	memset(c, 0, sizeof *c);
	if (login_clean(given, login, &bad) == 0)
		rc = db_first(db, SQL_SIGNIN_OF_LOGIN, DB_ARGS(db_text(login)), &rows, e);
	else
		snprintf(login, sizeof login, "%s", given);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		stranger_read(key, login, c);
		return 0;
	}
	snprintf(c->id, sizeof c->id, "%s", db_col_text(&rows, 0));
	snprintf(c->hash, sizeof c->hash, "%s", db_col_text(&rows, 1));
	c->disabled = db_col_int(&rows, 2) != 0;
	c->failures = (int)db_col_int(&rows, 3);
	c->locked_until = db_col_int(&rows, 4);
	db_done(&rows);
	return 0;
}

static int64_t lock_until(int failures, int64_t now)
{
	int64_t ms = LOCK_FIRST_MS;

	if (failures < SIGNIN_TRIES)
		return 0;
	for (int i = SIGNIN_TRIES; i < failures && ms < LOCK_MOST_MS; i++)
		ms *= 2;
	return now + (ms < LOCK_MOST_MS ? ms : LOCK_MOST_MS);
}

static int say_locked(int64_t left_ms, struct err *e)
{
	char minutes[24];

	snprintf(minutes, sizeof minutes, "%lld", (long long)(left_ms + 59999) / 60000);
	return err_set(e, ERR_LOGIN, "password", "Too many wrong tries for this name. Try again in {1} min.", minutes,
	    NULL);
}

struct outcome {
	const struct candidate *c;
	const struct secret *key;
	int64_t locked_until;
	char *cookie;
};

static int store_failure(struct db *db, void *arg, struct err *e)
{
	struct outcome *o = arg;
	struct db_rows rows;
	int rc;

	if (o->c->stranger != NULL)
		return 0;
	/* counted here, not from what was read before: tries may come at the same time */
	rc = db_first(db, SQL_SIGNIN_FAILED, DB_ARGS(db_text(o->c->id)), &rows, e);
	if (rc != 1)
		return rc;
	o->locked_until = lock_until((int)db_col_int(&rows, 0), clock_now());
	db_done(&rows);
	return db_run(db, SQL_SIGNIN_LOCK, DB_ARGS(db_text(o->c->id), db_int(o->locked_until)), e) < 0 ? -1 : 0;
}

static int store_success(struct db *db, void *arg, struct err *e)
{
	const struct outcome *o = arg;

	if (db_run(db, SQL_SIGNIN_DONE, DB_ARGS(db_text(o->c->id)), e) < 0)
		return -1;
	return session_new(db, o->key, o->c->id, o->cookie, e);
}

static int fail(struct writer *writer, const struct candidate *c, struct err *e)
{
	struct outcome o = { .c = c };

	/* a count that cannot be stored must not open the door to more tries */
	if (writer_do(writer, store_failure, &o, e) < 0)
		return -1;
	if (c->stranger != NULL) {
		pthread_mutex_lock(&strangers_lock);
		c->stranger->failures = c->stranger->name == c->name ? c->stranger->failures + 1 : 1;
		c->stranger->name = c->name;
		o.locked_until = lock_until(c->stranger->failures, clock_now());
		c->stranger->locked_until = o.locked_until;
		pthread_mutex_unlock(&strangers_lock);
	}
	if (o.locked_until > 0)
		return say_locked(o.locked_until - clock_now(), e);
	return err_set(e, ERR_LOGIN, "password", "The e-mail address or the password is not right.", NULL);
}

int sign_in(struct db *db, struct writer *writer, const struct secret *key, const char *login, const char *password,
    char cookie[TOKEN_LEN + 1], struct err *e)
{
	struct candidate c;
	struct outcome o = { .c = &c, .key = key, .cookie = cookie };
	int64_t now = clock_now();
	bool right;

	if (candidate_read(db, key, login, &c, e) < 0)
		return -1;
	if (c.locked_until > now)
		return say_locked(c.locked_until - now, e);
	right = strlen(password) <= PASSWORD_MAX && crypto_pwhash_str_verify(c.hash, password, strlen(password)) == 0;
	if (!right || c.disabled || c.stranger != NULL)
		return fail(writer, &c, e);
	return writer_do(writer, store_success, &o, e);
}
