#include "surveys/answers.h"

#include <stdint.h>
#include <string.h>

const char *answer_why_name(enum answer_why why)
{
	static const char *const names[ANSWER_WHY_COUNT] = {
		[ANSWER_GIVEN] = "given",
		[ANSWER_SKIPPED] = "skipped",
		[ANSWER_NOT_SHOWN] = "not_shown",
		[ANSWER_NOT_APPLICABLE] = "not_applicable",
		[ANSWER_UNREADABLE] = "unreadable",
		[ANSWER_NOT_SUBMITTED] = "not_submitted",
		[ANSWER_EXCUSED] = "excused",
		[ANSWER_SET_ASIDE] = "set_aside",
	};
	return names[why];
}

size_t answers_count(const struct instrument *q, const struct answer *given)
{
	size_t n = 0;

	for (size_t i = 0; i < q->item_count; i++)
		n += given[i].why == ANSWER_GIVEN || given[i].why == ANSWER_NOT_APPLICABLE;
	return n;
}

/* doubles travel as their bits, low byte first, on any machine */
static void put_double(struct buf *out, double x)
{
	unsigned char bytes[8];
	uint64_t bits;

	x += 0.0; /* -0 becomes 0: they are one answer */
	memcpy(&bits, &x, sizeof bits);
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(bits >> 8 * i);
	buf_add(out, bytes, sizeof bytes);
}

static double get_double(const unsigned char *p)
{
	uint64_t bits = 0;
	double x;

	for (int i = 0; i < 8; i++)
		bits |= (uint64_t)p[i] << 8 * i;
	memcpy(&x, &bits, sizeof x);
	return x;
}

static void put_text(struct buf *out, const char *text, size_t len)
{
	size_t left = len;

	for (; left >= 128; left >>= 7)
		buf_putc(out, (char)((left & 127) | 128));
	buf_putc(out, (char)left);
	buf_add(out, text, len);
}

void answers_pack(const struct instrument *q, const struct answer *given, struct buf *out)
{
	buf_putc(out, ANSWERS_FORMAT);
	for (size_t i = 0; i < q->item_count; i++) {
		const struct answer *a = &given[i];
		enum item_type type = q->items[i].type;

		if (a->why != ANSWER_GIVEN) {
			buf_putc(out, (char)(ANSWER_CODE + (int)a->why));
		} else if (type == ITEM_SINGLE || type == ITEM_MATRIX) {
			buf_putc(out, (char)a->point);
		} else {
			buf_putc(out, 0);
			if (type == ITEM_NUMBER)
				put_double(out, a->number);
			else
				put_text(out, a->text, a->text_len);
		}
	}
}

struct bytes {
	const unsigned char *p, *end;
};

static int unpack_text(struct bytes *in, struct answer *out)
{
	size_t len = 0;

	for (int shift = 0;; shift += 7) {
		if (in->p == in->end || shift > 21)
			return -1;
		len |= (size_t)(*in->p & 127) << shift;
		if ((*in->p++ & 128) == 0)
			break;
	}
	if (len > (size_t)(in->end - in->p))
		return -1;
	out->text = (const char *)in->p;
	out->text_len = len;
	in->p += len;
	return 0;
}

static int unpack_one(const struct instrument_item *it, struct bytes *in, struct answer *out)
{
	unsigned char code;

	memset(out, 0, sizeof *out);
	if (in->p == in->end)
		return -1;
	code = *in->p++;
	if (code > ANSWER_CODE) {
		out->why = (enum answer_why)(code - ANSWER_CODE);
		return out->why < ANSWER_WHY_COUNT ? 0 : -1;
	}
	if (it->type == ITEM_SINGLE || it->type == ITEM_MATRIX) {
		out->point = code;
		return code < it->point_count ? 0 : -1;
	}
	if (code != 0)
		return -1;
	if (it->type == ITEM_TEXT)
		return unpack_text(in, out);
	if (in->end - in->p < 8)
		return -1;
	out->number = get_double(in->p);
	in->p += 8;
	return 0;
}

static int open_packed(const void *packed, size_t len, struct bytes *in)
{
	in->p = packed;
	in->end = in->p + len;
	return len > 0 && *in->p++ == ANSWERS_FORMAT ? 0 : -1;
}

int answers_unpack(const struct instrument *q, const void *packed, size_t len, struct answer *out, struct err *e)
{
	struct bytes in;

	if (open_packed(packed, len, &in) < 0)
		return err_internal(e, "packed answers of unknown format");
	for (size_t i = 0; i < q->item_count; i++)
		if (unpack_one(&q->items[i], &in, &out[i]) < 0)
			return err_internal(e, "packed answers do not fit instrument %s at item %zu", q->id, i);
	return in.p == in.end ? 0 : err_internal(e, "packed answers are too long for instrument %s", q->id);
}

int answers_scores(const struct instrument *q, const void *packed, size_t len, bool scored, double *values,
    unsigned char *why, struct err *e)
{
	struct bytes in;

	if (open_packed(packed, len, &in) < 0)
		return err_internal(e, "packed answers of unknown format");
	for (size_t i = 0; i < q->item_count; i++) {
		const struct instrument_item *it = &q->items[i];
		struct answer a;

		if (unpack_one(it, &in, &a) < 0)
			return err_internal(e, "packed answers do not fit instrument %s at item %zu", q->id, i);
		why[i] = (unsigned char)a.why;
		values[i] = 0;
		if (a.why != ANSWER_GIVEN)
			continue;
		if (it->type == ITEM_NUMBER)
			values[i] = a.number;
		else if (it->type != ITEM_TEXT)
			values[i] = it->points[a.point].value;
		if (scored && it->reverse)
			values[i] = it->min + it->max - values[i];
	}
	return in.p == in.end ? 0 : err_internal(e, "packed answers are too long for instrument %s", q->id);
}
