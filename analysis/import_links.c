/* The parts of a curriculum document that join things: map, sections, indirect evidence. */
#include "analysis/import_curriculum.sql.h"
#include "analysis/import_parts.h"
#include "surveys/campaign.h"
#include "surveys/instrument.h"

#include <stdio.h>
#include <string.h>

static const char *code_of(const struct place *at, const char *member, struct place *where)
{
	*where = reader_member(at, member);
	return reader_code(where, IMPORT_CODE_MOST);
}

static int seen(struct import *im, const char *a, const char *b, const char *c)
{
	const char *key = arena_fmt(im->arena, c != NULL ? "%s %s %s" : "%s %s", a, b, c);

	if (key == NULL)
		return err_nomem(im->e);
	json_object_set_new(im->seen, key, json_true());
	return 0;
}

/* Both ends of a link of the map: 1 found, 0 a fault, -1 */
static int map_ends(struct import *im, const struct place *at, char clo[ID_LEN + 1], char plo[ID_LEN + 1])
{
	struct place course, outcome, programme, to;
	const char *c = code_of(at, "course", &course), *o = code_of(at, "outcome", &outcome);
	const char *p = code_of(at, "programme", &programme), *t = code_of(at, "to", &to);
	char within[ID_LEN + 1];
	int rc;

	if (reader_failed(at))
		return 0;
	rc = import_find(im, &course, SQL_COURSE_ID, DB_ARGS(db_text(c)), N_("There is no course “{1}”."), within);
	if (rc == 1)
		rc = import_find(im, &programme, SQL_PROGRAMME_ID, DB_ARGS(db_text(p)),
		    N_("There is no programme “{1}”."), within);
	if (rc == 1)
		rc = import_find(im, &outcome, SQL_COURSE_OUTCOME_ID, DB_ARGS(db_text(c), db_text(o)),
		    N_("The course has no outcome “{1}”."), clo);
	if (rc == 1)
		rc = import_find(im, &to, SQL_PROGRAMME_OUTCOME_ID, DB_ARGS(db_text(p), db_text(t)),
		    N_("The programme has no outcome “{1}”."), plo);
	if (rc == 1)
		rc = import_find(im, &course, SQL_PROGRAMME_HAS_COURSE, DB_ARGS(db_text(p), db_text(c)),
		    N_("The course “{1}” is not among the programme’s courses."), within);
	return rc;
}

int import_map_entry(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "course", "outcome", "programme", "to", "level", "weight", "note",
		"remove", NULL };
	static const char *const levels[] = { "I", "R", "M", NULL };
	struct place remove = reader_optional(at, "remove"), p;
	char clo[ID_LEN + 1], plo[ID_LEN + 1];
	const char *level = "I", *note;
	double weight;
	bool away;
	int rc;

	(void)index;
	(void)owner;
	reader_object(at, members);
	away = reader_bool(&remove, false);
	if (!away) {
		p = reader_member(at, "level");
		level = levels[reader_word(&p, levels)];
	}
	weight = import_number(at, "weight", 0.0001, 10000, 1);
	note = import_label(im, at, "note", false, IMPORT_NOTE_MOST);
	rc = map_ends(im, at, clo, plo);
	if (rc != 1 || reader_failed(at))
		return rc < 0 ? -1 : 0;
	if (away) {
		import_count(im, "map", "removed");
		return db_run(im->db, SQL_CURRICULUM_MAP_REMOVE, DB_ARGS(db_text(clo), db_text(plo)), im->e) < 0 ? -1
														 : 0;
	}
	import_count(im, "map", "set");
	if (seen(im, clo, plo, NULL) < 0)
		return -1;
	return db_run(im->db, SQL_CURRICULUM_MAP_PUT,
		   DB_ARGS(db_text(clo), db_text(plo), db_text(level), db_real(weight), db_text(note)), im->e) < 0
	    ? -1
	    : 0;
}

static int lecturer(struct import *im, const struct place *at, size_t index, const void *owner)
{
	const char *section = owner, *login = reader_text(at, 200);
	char id[ID_LEN + 1];
	int rc;

	(void)index;
	if (login == NULL)
		return 0;
	rc = import_find(im, at, SQL_ACCOUNT_BY_LOGIN, DB_ARGS(db_text(login)), N_("There is no account “{1}”."), id);
	if (rc != 1)
		return rc;
	import_count(im, "lecturers", "set");
	return db_run(im->db, SQL_SECTION_LECTURER_PUT, DB_ARGS(db_text(section), db_text(id)), im->e) < 0 ? -1 : 0;
}

int import_section(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "course", "term", "code", "name", "lecturers", NULL };
	struct place course, term, p;
	const char *c, *t, *section, *name;
	char fresh[ID_LEN + 1], id[ID_LEN + 1], course_id[ID_LEN + 1], term_id[ID_LEN + 1];
	int rc;

	(void)index;
	(void)owner;
	reader_object(at, members);
	c = code_of(at, "course", &course);
	t = code_of(at, "term", &term);
	p = reader_member(at, "code");
	section = reader_text(&p, IMPORT_CODE_MOST);
	name = import_label(im, at, "name", true, IMPORT_NAME_MOST);
	if (reader_failed(at))
		return 0;
	rc = import_find(im, &course, SQL_COURSE_ID, DB_ARGS(db_text(c)), N_("There is no course “{1}”."), course_id);
	if (rc == 1)
		rc = import_find(im, &term, SQL_TERM_ID, DB_ARGS(db_text(t)), N_("There is no term “{1}”."), term_id);
	if (rc != 1)
		return rc;
	id_new(fresh);
	if (import_put(im, "sections", SQL_SECTION_PUT,
		DB_ARGS(db_text(fresh), db_text(course_id), db_text(term_id), db_text(section), db_text(name)), id) < 0)
		return -1;
	return import_each(im, at, "lecturers", 50, lecturer, id);
}

/* Does the campaign ask that item, and on an ordered scale? 1 with its id, 0 a fault, -1 */
static int survey_item(struct import *im, const struct place *campaign, const char *code, const struct place *at,
    const char *item, char id[ID_LEN + 1])
{
	const struct instrument *q;
	struct campaign found;
	struct err own = { 0 };
	size_t i;

	if (campaign_get(im->db, code, im->arena, &found, &own) < 0) {
		if (own.kind == ERR_ABSENT)
			reader_fault(campaign, "There is no campaign “{1}”.", code, NULL);
		else
			*im->e = own;
		return own.kind == ERR_ABSENT ? 0 : -1;
	}
	if (instrument_shared(im->db, found.instrument, &q, im->e) < 0)
		return -1;
	i = instrument_item_index(q, item);
	if (i == SIZE_MAX)
		reader_fault(at, "The questionnaire of the campaign “{1}” has no item “{2}”.", code, item);
	else if (!instrument_item_scaled(&q->items[i]))
		reader_fault(at, "The item “{1}” has no ordered scale, so no share of agreement.", item, NULL);
	snprintf(id, ID_LEN + 1, "%s", found.id);
	return reader_failed(at) ? 0 : 1;
}

int import_indirect(struct import *im, const struct place *at, size_t index, const void *owner)
{
	static const char *const members[] = { "programme", "outcome", "campaign", "item", "weight", "remove", NULL };
	struct place programme, outcome, campaign, item, remove = reader_optional(at, "remove");
	const char *p, *o, *c, *code;
	char plo[ID_LEN + 1], id[ID_LEN + 1];
	double weight;
	bool away;
	int rc;

	(void)index;
	(void)owner;
	reader_object(at, members);
	p = code_of(at, "programme", &programme);
	o = code_of(at, "outcome", &outcome);
	campaign = reader_member(at, "campaign");
	c = reader_code(&campaign, CAMPAIGN_CODE_MOST);
	code = code_of(at, "item", &item);
	weight = import_number(at, "weight", 0.0001, 10000, 1);
	away = reader_bool(&remove, false);
	if (reader_failed(at))
		return 0;
	rc = import_find(im, &outcome, SQL_PROGRAMME_OUTCOME_ID, DB_ARGS(db_text(p), db_text(o)),
	    N_("The programme has no outcome “{1}”."), plo);
	if (rc == 1)
		rc = survey_item(im, &campaign, c, &item, code, id);
	if (rc != 1)
		return rc;
	if (away) {
		import_count(im, "indirect", "removed");
		return db_run(im->db, SQL_INDIRECT_REMOVE, DB_ARGS(db_text(plo), db_text(id), db_text(code)), im->e) < 0
		    ? -1
		    : 0;
	}
	import_count(im, "indirect", "set");
	if (seen(im, plo, id, code) < 0)
		return -1;
	return db_run(im->db, SQL_INDIRECT_PUT, DB_ARGS(db_text(plo), db_text(id), db_text(code), db_real(weight)),
		   im->e) < 0
	    ? -1
	    : 0;
}
