/* The part of a curriculum document that says what was found and what will be done. */
#include "analysis/import_curriculum.sql.h"
#include "analysis/import_parts.h"
#include "analysis/improvement.h"

#include <string.h>

struct owner {
	const char *programme, *finding;
};

/* improvement.h checks what it stores; its field becomes the pointer of the fault. */
static int checked(struct import *im, const struct place *at, int rc, struct err *own)
{
	struct place p;

	if (rc == 0)
		return 0;
	if (own->kind != ERR_INPUT && own->kind != ERR_ABSENT) {
		*im->e = *own;
		return -1;
	}
	p = reader_optional(at,
	    strcmp(own->field, "starts_on") == 0     ? "starts"
		: strcmp(own->field, "ends_on") == 0 ? "ends"
						     : own->field);
	reader_fault(&p, own->message, own->arg[0], own->arg[1]);
	return 0;
}

static const char *text_of(const struct place *at, const char *member, bool required)
{
	struct place p = required ? reader_member(at, member) : reader_optional(at, member);

	return reader_present(&p) ? reader_text(&p, IMPORT_NOTE_MOST) : NULL;
}

static int action(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "kind", "what", "who", "starts", "ends", "measure", "resources", NULL };
	const struct owner *of = owner;
	struct action_new n = { .programme = of->programme, .finding = of->finding };
	struct err own = { 0 };
	char id[ID_LEN + 1];

	(void)index;
	reader_object(at, members);
	n.kind = text_of(at, "kind", true);
	n.what = text_of(at, "what", true);
	n.who = text_of(at, "who", true);
	n.starts_on = text_of(at, "starts", true);
	n.ends_on = text_of(at, "ends", true);
	n.measure = text_of(at, "measure", true);
	n.resources = text_of(at, "resources", false);
	if (reader_failed(at))
		return 0;
	import_count(im, "actions", "added");
	return checked(im, at, action_add(im->db, &n, id, &own), &own);
}

int import_finding(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "programme", "outcome", "text", "actions", NULL };
	struct finding_new f = { 0 };
	struct err own = { 0 };
	struct db_rows rows;
	char id[ID_LEN + 1];
	int rc;

	(void)index;
	(void)owner;
	reader_object(at, members);
	f.programme = text_of(at, "programme", true);
	f.outcome = text_of(at, "outcome", false);
	f.text = text_of(at, "text", true);
	if (reader_failed(at))
		return 0;
	rc = db_first(im->db, SQL_FINDING_BY_TEXT, DB_ARGS(db_text(f.programme), db_text(f.text)), &rows, im->e);
	db_done(&rows);
	if (rc != 0) {
		import_count(im, "findings", "unchanged");
		return rc < 0 ? -1 : 0;
	}
	rc = finding_add(im->db, &f, id, &own);
	if (rc < 0)
		return checked(im, at, rc, &own);
	import_count(im, "findings", "added");
	return import_each(im, at, "actions", 100, action, &(struct owner){ f.programme, id });
}
