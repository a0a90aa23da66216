#include "analysis/access.h"

#include "analysis/access.sql.h"

#include <stdio.h>

static int exists(struct db *db, const struct db_stmt *s, const char *thing, const char *account, struct err *e)
{
	struct db_rows rows;
	int rc = db_first(db, s, DB_ARGS(db_text(thing), db_text(account)), &rows, e);

	db_done(&rows);
	return rc;
}

/* Whether one of the programme codes that the statement gives is led by the account. */
static int leads_one(struct db *db, const struct db_stmt *s, const char *thing, const struct account *who,
    struct err *e)
{
	struct db_rows rows;
	int rc;

	if (db_query(db, s, DB_ARGS(db_text(thing)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		if (account_leads(who, db_col_text(&rows, 0))) {
			db_done(&rows);
			return 1;
		}
	}
	return rc;
}

int access_campaign(struct db *db, const struct account *who, const char *campaign, struct err *e)
{
	if (!(who->roles & ROLE_LECTURER))
		return 0;
	return exists(db, SQL_ACCESS_CAMPAIGN_TARGET, campaign, who->id, e);
}

int access_programme(struct db *db, const struct account *who, const char *programme, struct err *e)
{
	if (!(who->roles & ROLE_PROGRAMME_LEADER))
		return 0;
	return leads_one(db, SQL_ACCESS_PROGRAMME_CODE, programme, who, e);
}

int access_course(struct db *db, const struct account *who, const char *course, struct err *e)
{
	int rc = 0;

	if (who->roles & ROLE_PROGRAMME_LEADER)
		rc = leads_one(db, SQL_ACCESS_COURSE_PROGRAMMES, course, who, e);
	if (rc == 0 && who->roles & ROLE_LECTURER)
		rc = exists(db, SQL_ACCESS_COURSE_SECTION, course, who->id, e);
	return rc;
}

int access_marks_course(struct db *db, const struct account *who, const char *course, struct access_marks *out,
    struct err *e)
{
	int leads = 0, teaches = 0, others = 0;

	*out = (struct access_marks){ false, false };
	if (who->roles & ROLE_PROGRAMME_LEADER)
		leads = leads_one(db, SQL_ACCESS_COURSE_PROGRAMMES, course, who, e);
	if (leads >= 0 && who->roles & ROLE_LECTURER) {
		teaches = exists(db, SQL_ACCESS_COURSE_SECTION, course, who->id, e);
		others = teaches == 1 ? exists(db, SQL_ACCESS_COURSE_OTHERS_SECTION, course, who->id, e) : 0;
	}
	if (leads < 0 || teaches < 0 || others < 0)
		return -1;
	out->right = teaches == 1 && others == 0;
	out->own_sections = leads == 0;
	return 0;
}

/* Every course with an assessment of that id or code: what holds for all of them. */
static int marks_next(struct db *db, const struct account *who, struct db_rows *rows, struct access_marks *all,
    struct err *e)
{
	char course[ID_LEN + 1];
	struct access_marks one;

	snprintf(course, sizeof course, "%s", db_col_text(rows, 0));
	if (access_marks_course(db, who, course, &one, e) < 0)
		return -1;
	all->right = all->right && one.right;
	all->own_sections = all->own_sections || one.own_sections;
	return 0;
}

int access_marks_assessment(struct db *db, const struct account *who, const char *assessment, struct access_marks *out,
    struct err *e)
{
	struct access_marks all = { true, false };
	struct db_rows rows;
	int rc;

	if (db_query(db, SQL_ACCESS_ASSESSMENT_COURSES, DB_ARGS(db_text(assessment)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1)
		if (marks_next(db, who, &rows, &all, e) < 0) {
			db_done(&rows);
			return -1;
		}
	*out = all;
	return rc;
}

int access_assessment(struct db *db, const struct account *who, const char *assessment, struct err *e)
{
	struct db_rows rows;
	int rc, all = 0;

	if (db_query(db, SQL_ACCESS_ASSESSMENT_COURSES, DB_ARGS(db_text(assessment)), &rows, e) < 0)
		return -1;
	while ((rc = db_next(&rows, e)) == 1) {
		char course[ID_LEN + 1];

		snprintf(course, sizeof course, "%s", db_col_text(&rows, 0));
		all = access_course(db, who, course, e);
		if (all != 1) {
			db_done(&rows);
			return all;
		}
	}
	return rc < 0 ? -1 : all;
}
