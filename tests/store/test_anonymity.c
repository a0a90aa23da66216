/* What the file and its log tell about who answered what.
 * The attacker holds the database file and the write-ahead log, knows in which order people
 * answered, and reads raw pages.  Before a release pairing succeeds, which shows that the attack
 * works; after it nothing is found. */
#include "tests/store/store.h"

#include "surveys/invitation.h"
#include "surveys/release.h"
#include "tests/store/pages.h"

#define BATCH	200
#define BATCHES 3
#define PEOPLE	(BATCH * BATCHES)
#define MARK	"mark-0000-of-answer"
#define MARKS	(sizeof MARK - 1)

struct people {
	struct store s;
	struct campaign c;
	char token[PEOPLE][TOKEN_LEN + 1];
	unsigned char submission[PEOPLE][16], invitation[PEOPLE][HASH_LEN];
	int alone; /* the first few answer about a target of their own, between two others, and stay in holding */
};

static void mark_of(int person, char out[MARKS + 1])
{
	snprintf(out, MARKS + 1, "mark-%04d-of-answer", person);
}

/* The person whose mark stands at p, -1 for none. */
static int mark_at(const unsigned char *p, size_t left)
{
	int person;

	if (left < MARKS || memcmp(p, "mark-", 5) != 0 || memcmp(p + 9, "-of-answer", 10) != 0)
		return -1;
	person = (p[5] - '0') * 1000 + (p[6] - '0') * 100 + (p[7] - '0') * 10 + (p[8] - '0');
	return person >= 0 && person < PEOPLE ? person : -1;
}

static int mark_in(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i + MARKS <= len; i++)
		if (mark_at(p + i, len - i) >= 0)
			return mark_at(p + i, len - i);
	return -1;
}

static int invite_run(struct db *db, void *arg, struct err *e)
{
	struct people *p = arg;

	for (int i = 0; i < PEOPLE; i++) {
		if (invitation_put(db, &p->s.secret, p->c.id, 0, NULL, p->token[i], e) < 0)
			return -1;
		invitation_hash(&p->s.secret, p->token[i], p->invitation[i]);
	}
	return 0;
}

/* Person i answers, in a transaction of their own, in order; some at length, so that pages are split and
 * joined again in every way. */
static void answer(struct people *p, int i)
{
	size_t text = MARKS + (size_t)(i * 37 % 900);
	unsigned char bytes[1024] = { 1, (unsigned char)(i % 5), 241, 241, 241, 0, (unsigned char)((text & 127) | 128),
		(unsigned char)(text >> 7) };
	char mark[MARKS + 1], id[UUID_LEN + 1];
	struct err e = { 0 };
	struct response_submit r = { .campaign = p->c.id,
		.target = i < p->alone ? 2 : 1 + i % 2 * 2,
		.client_id = id,
		.answers = bytes,
		.answers_len = 8 + text,
		.invitation = p->token[i] };

	mark_of(i, mark);
	memset(bytes + 8, 'z', text);
	memcpy(bytes + 8, mark, MARKS);
	uuid_new(id);
	STORE_OK(e, store_submit(&p->s, &r, &e));
	memcpy(p->submission[i], r.id_hash, 16);
}

static void release_now(struct people *p, size_t expected)
{
	struct release_job job = { .secret = &p->s.secret };
	struct err e = { 0 };

	memcpy(job.campaign, p->c.id, sizeof job.campaign);
	STORE_OK(e, db_transact(p->s.db, DB_WRITE, release_run, &job, &e));
	STORE_OK(e, release_forget(p->s.db, &job, &e));
	assert_int_equal(job.released, expected);
}

static struct raw_file wal(const struct people *p)
{
	char name[128];

	snprintf(name, sizeof name, "%s-wal", p->s.file);
	return raw_read(name);
}

/* ---- the attack on the log: what appears in one commit belongs together ---- */

struct news {
	int marks, mark, submissions, submission;
};

/* Submissions by the first byte of their hash: -1 ends a list. */
struct hashes {
	int first[256], next[PEOPLE];
};

static void hashes_of(const struct people *p, struct hashes *h)
{
	memset(h->first, -1, sizeof h->first);
	for (int k = 0; k < PEOPLE; k++) {
		h->next[k] = h->first[p->submission[k][0]];
		h->first[p->submission[k][0]] = k;
	}
}

static void look(const struct people *p, const struct hashes *h, const unsigned char *page, size_t size,
    bool *seen_mark, bool *seen_sub, struct news *n)
{
	for (size_t i = 0; i + 16 <= size; i++) {
		int person = mark_at(page + i, size - i);

		if (person >= 0 && !seen_mark[person]) {
			seen_mark[person] = true;
			n->marks++;
			n->mark = person;
		}
		for (int k = h->first[page[i]]; k >= 0; k = h->next[k]) {
			if (seen_sub[k] || memcmp(page + i, p->submission[k], 16) != 0)
				continue;
			seen_sub[k] = true;
			n->submissions++;
			n->submission = k;
		}
	}
}

/* How many people the log gives away: commits with one new answer and one new submission. */
static int pairs_in_log(const struct people *p)
{
	struct raw_file f = wal(p);
	bool *seen_mark = calloc(PEOPLE, 1), *seen_sub = calloc(PEOPLE, 1);
	struct hashes h;
	struct news n = { 0 };
	size_t size = f.len > 32 ? raw_be(f.p + 8, 4) : 0;
	int pairs = 0;

	hashes_of(p, &h);
	for (size_t at = 32; size > 0 && at + 24 + size <= f.len; at += 24 + size) {
		look(p, &h, f.p + at + 24, size, seen_mark, seen_sub, &n);
		if (raw_be(f.p + at + 4, 4) == 0)
			continue; /* not the last frame of its commit */
		if (n.marks == 1 && n.submissions == 1 && n.mark == n.submission)
			pairs++;
		memset(&n, 0, sizeof n);
	}
	free(seen_mark);
	free(seen_sub);
	free(f.p);
	return pairs;
}

/* ---- the attack on the file ---- */

static struct raw_cells tree(struct people *p, const struct raw_file *f, const char *table)
{
	struct raw_cells cells = { 0 };
	char sql[128];

	snprintf(sql, sizeof sql, "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
	raw_tree(f, (size_t)store_int(&p->s, sql), &cells);
	return cells;
}

static bool own_page(const struct raw_cells *c, size_t page)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->cell[i].page == page)
			return true;
	return false;
}

/* Answers that stand anywhere but in pages of `response` (or in a live row of `holding`, not released).
 * A page of `response` may keep a second copy of a row that moved to its neighbour: it has the row's
 * own key, and says nothing that the row does not. */
static size_t strays(struct people *p, const struct raw_file *f)
{
	struct raw_cells response = tree(p, f, "response"), holding = tree(p, f, "holding");
	size_t size = raw_page_size(f), n = 0;

	for (size_t i = 0; i + MARKS <= f->len; i++) {
		int person = mark_at(f->p + i, f->len - i);

		if (person < 0 || own_page(&response, i / size + 1) || (person < p->alone && raw_live(&holding, i)))
			continue;
		if (n++ < 5)
			print_message("  the answer of person %d stands in page %zu (type %d) at %zu\n", person,
			    i / size + 1, f->p[i / size * size], i % size);
	}
	free(response.cell);
	free(holding.cell);
	return n;
}

/* What every key of this process in holding begins with: beside it stands the count of arrivals. */
static void holding_start(const struct people *p, unsigned char out[8])
{
	sqlite3 *h = NULL;
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_open(p->s.file, &h), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, "SELECT substr(key, 1, 8) FROM holding LIMIT 1", -1, &stmt, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	memcpy(out, sqlite3_column_blob(stmt, 0), 8);
	sqlite3_finalize(stmt);
	sqlite3_close(h);
}

/* Keys of holding that stand anywhere but in its live rows. */
static size_t stray_keys(struct people *p, const struct raw_file *f, const unsigned char start[8])
{
	struct raw_cells holding = tree(p, f, "holding");
	size_t n = 0;

	for (size_t i = 0; i + 8 <= f->len; i++)
		n += memcmp(f->p + i, start, 8) == 0 && !raw_live(&holding, i);
	free(holding.cell);
	return n;
}

/* People in the order in which a table's cells lie in its pages; how many. */
static int order_of(const struct raw_file *f, struct raw_cells *cells, int *people)
{
	int n = 0;

	qsort(cells->cell, cells->n, sizeof *cells->cell, raw_by_position);
	for (size_t i = 0; i < cells->n; i++) {
		int person = mark_in(f->p + cells->cell[i].at, cells->cell[i].len);

		if (person >= 0)
			people[n++] = person;
	}
	return n;
}

/* Spearman's rho of position and order of arrival, for the people of one batch. */
static double rho(const int *people, int n, int batch)
{
	double sum = 0;
	int rank = 0;

	for (int i = 0; i < n; i++) {
		double d;

		if (people[i] / BATCH != batch)
			continue;
		d = rank++ - people[i] % BATCH;
		sum += d * d;
	}
	assert_int_equal(rank, BATCH);
	return 1 - 6 * sum / (BATCH * (BATCH * (double)BATCH - 1));
}

static int position_pairs(struct people *p, const struct raw_file *f, const int *people, int n)
{
	struct raw_cells cells = tree(p, f, "submission");
	int pairs = 0, at = 0;

	qsort(cells.cell, cells.n, sizeof *cells.cell, raw_by_position);
	for (size_t i = 0; i < cells.n && at < n; i++)
		for (int k = 0; k < PEOPLE; k++)
			if (memmem(f->p + cells.cell[i].at, cells.cell[i].len, p->submission[k], 16) != NULL) {
				pairs += people[at++] == k;
				break;
			}
	free(cells.cell);
	return pairs;
}

static struct people *begin(bool whole_log)
{
	static const struct store_campaign_want want = { "secret", CAMPAIGN_ANONYMOUS, CAMPAIGN_INVITED, 5, 3 };
	struct people *p = calloc(1, sizeof *p);
	struct err e = { 0 };

	assert_non_null(p);
	store_open(&p->s);
	store_campaign(&p->s, &want, &p->c);
	STORE_OK(e, db_transact(p->s.db, DB_WRITE, invite_run, p, &e));
	/* the log of a whole batch, as long as nothing has folded it into the file */
	if (whole_log)
		STORE_OK(e, db_script(p->s.db, "PRAGMA wal_autocheckpoint = 0", &e));
	STORE_OK(e, db_forget_log(p->s.db, &e));
	return p;
}

static void pages_and_log(void **state)
{
	struct people *p = begin(true);
	static int people[PEOPLE + 1];
	unsigned char start[8];

	(void)state;
	for (int b = 0; b < BATCHES; b++) {
		struct raw_file f;
		struct raw_cells cells;
		int n, pairs;

		for (int i = 0; i < BATCH; i++)
			answer(p, b * BATCH + i);
		holding_start(p, start);
		pairs = pairs_in_log(p);
		print_message("  batch %d: the log pairs %d of %d before the release", b, pairs, BATCH);
		assert_true(pairs > BATCH / 2); /* else the attack is too weak to prove anything */
		release_now(p, BATCH);
		print_message(", %d after\n", pairs_in_log(p));
		f = wal(p);
		assert_int_equal(f.len, 0);
		free(f.p);
		f = raw_read(p->s.file);
		assert_int_equal(strays(p, &f), 0);
		assert_int_equal(stray_keys(p, &f, start), 0);
		cells = tree(p, &f, "response");
		n = order_of(&f, &cells, people);
		assert_int_equal(n, (b + 1) * BATCH);
		/* independent order: rho has mean 0 and sd 1/sqrt(199) = 0.07; 0.36 is five of these */
		for (int k = 0; k <= b; k++)
			assert_true(fabs(rho(people, n, k)) < 0.36);
		/* by chance about one pair in any number of people; ten have probability 1e-7 */
		pairs = position_pairs(p, &f, people, n);
		print_message("  batch %d: position pairs %d of %d\n", b, pairs, n);
		assert_true(pairs < 10);
		free(cells.cell);
		free(f.p);
	}
	store_close(&p->s);
	free(p);
}

/* As the daemon runs: the log is folded into the file every thousand pages, so that answers reach
 * pages of holding on disk, and some wait there for their target to have enough. */
static void folded(void **state)
{
	struct people *p = begin(false);
	unsigned char start[8];

	(void)state;
	p->alone = 4;
	for (int b = 0; b < BATCHES; b++) {
		struct raw_file f;

		for (int i = 0; i < BATCH; i++)
			answer(p, b * BATCH + i);
		holding_start(p, start);
		release_now(p, b == 0 ? BATCH - 4 : BATCH);
		f = raw_read(p->s.file);
		assert_int_equal(strays(p, &f), 0);
		assert_int_equal(stray_keys(p, &f, start), 0);
		free(f.p);
		f = wal(p);
		assert_int_equal(f.len, 0);
		free(f.p);
	}
	assert_int_equal(store_int(&p->s, "SELECT count(*) FROM holding"), 4);
	store_close(&p->s);
	free(p);
}

/* The same measure sees an order where there is one: in holding, before the release. */
static void order_is_seen(void **state)
{
	struct people *p = begin(true);
	static int people[PEOPLE + 1];
	struct raw_file f;
	struct raw_cells cells;
	struct err e = { 0 };
	double r;
	int n;

	(void)state;
	for (int i = 0; i < BATCH; i++)
		answer(p, i);
	STORE_OK(e, db_forget_log(p->s.db, &e));
	f = raw_read(p->s.file);
	cells = tree(p, &f, "holding");
	n = order_of(&f, &cells, people);
	assert_int_equal(n, BATCH);
	r = rho(people, n, 0);
	print_message("  order of arrival and position in holding: rho %.2f\n", r);
	assert_true(fabs(r) > 0.36);
	assert_true(strays(p, &f) > 0);
	free(cells.cell);
	free(f.p);
	store_close(&p->s);
	free(p);
}

/* No hidden row number, and no column that could hold a time. */
static void shape(void **state)
{
	struct store s;

	(void)state;
	store_open(&s);
	assert_int_equal(store_int(&s,
			     "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
			     "('response', 'holding', 'submission', 'invitation') AND sql LIKE '%WITHOUT ROWID%'"),
	    4);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM pragma_table_info('response')"), 6);
	assert_int_equal(store_int(&s,
			     "SELECT count(*) FROM pragma_table_info('response') WHERE name IN "
			     "('campaign', 'key', 'target', 'simulated', 'person', 'answers')"),
	    6);
	assert_int_equal(store_int(&s,
			     "SELECT count(*) FROM pragma_table_info('submission') WHERE name NOT IN "
			     "('hash', 'body')"),
	    0);
	assert_int_equal(store_int(&s, "SELECT count(*) FROM pragma_table_info('invitation') WHERE name LIKE '%at'"),
	    0);
	store_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_and_log),
		cmocka_unit_test(folded),
		cmocka_unit_test(order_is_seen),
		cmocka_unit_test(shape),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	instrument_shared_free();
	return rc;
}
