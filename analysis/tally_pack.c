/* The stored form of struct tally_sums; analysis/tally_sums.h describes it. */
#include "analysis/tally_sums.h"

#include <math.h>
#include <string.h>

#define EXACT_MOST 9007199254740992.0 /* 2^53 */

typedef unsigned __int128 wide;

static void put_varint(struct buf *out, wide v)
{
	for (; v >= 128; v >>= 7)
		buf_putc(out, (char)(128 | (v & 127)));
	buf_putc(out, (char)v);
}

static wide zigzag(__int128 v)
{
	return v < 0 ? (~(wide)v << 1) | 1 : (wide)v << 1;
}

static __int128 unzigzag(wide v)
{
	return v & 1 ? (__int128)~(v >> 1) : (__int128)(v >> 1);
}

static void put_real(struct buf *out, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof bits);
	for (int i = 0; i < 8; i++)
		buf_putc(out, (char)(bits >> (8 * i) & 255));
}

/* Zeros stand together in these runs: a 0 is followed by how many more there are. */
struct zeros {
	struct buf *out;
	size_t waiting;
};

static void zeros_end(struct zeros *z)
{
	if (z->waiting == 0)
		return;
	buf_putc(z->out, 0);
	put_varint(z->out, z->waiting - 1);
	z->waiting = 0;
}

static void zeros_put(struct zeros *z, wide v)
{
	if (v == 0) {
		z->waiting++;
		return;
	}
	zeros_end(z);
	put_varint(z->out, v);
}

static void put_number(struct buf *out, const struct tally_number *n)
{
	put_varint(out, n->n);
	if (n->n == 0)
		return;
	put_varint(out, zigzag(n->sum));
	put_varint(out, n->square);
	put_real(out, n->min);
	put_real(out, n->max);
}

void tally_sums_pack(const struct tally_sums *t, struct buf *out)
{
	const struct tally_shape *s = t->shape;
	struct zeros z = { out, 0 };

	buf_putc(out, TALLY_VERSION);
	buf_putc(out, t->whole ? 1 : 0);
	for (int i = 0; i < 4; i++)
		buf_putc(out, (char)(s->mark >> (8 * i) & 255));
	for (size_t i = 0; i < (t->whole ? s->whole_cells : s->target_cells); i++)
		zeros_put(&z, t->cell[i]);
	zeros_end(&z);
	for (size_t i = 0; i < s->numbers; i++)
		put_number(out, &t->number[i]);
	for (size_t i = 0; t->whole && i < s->scales; i++) {
		for (size_t j = 0; t->scale[i] != NULL && j < t->scale[i]->cells; j++)
			zeros_put(&z, zigzag((__int128)t->scale[i]->cell[j]));
		zeros_end(&z);
	}
}

struct reader {
	const unsigned char *p, *end;
	uint64_t zeros; /* still to be given */
	bool bad;
};

static wide get_varint(struct reader *r)
{
	wide v = 0;

	for (unsigned shift = 0; shift < 126; shift += 7) {
		unsigned char b;

		if (r->p == r->end)
			break;
		b = *r->p++;
		v |= (wide)(b & 127) << shift;
		if (b < 128)
			return v;
	}
	r->bad = true;
	return 0;
}

static wide get_run(struct reader *r)
{
	wide v;

	if (r->zeros > 0) {
		r->zeros--;
		return 0;
	}
	v = get_varint(r);
	if (v == 0) {
		wide more = get_varint(r);

		r->bad = r->bad || more > SIZE_MAX / 2;
		r->zeros = (uint64_t)more;
	}
	return v;
}

static double get_real(struct reader *r)
{
	uint64_t bits = 0;
	double v;

	if (r->end - r->p < 8) {
		r->bad = true;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		bits |= (uint64_t)*r->p++ << (8 * i);
	memcpy(&v, &bits, sizeof v);
	r->bad = r->bad || !isfinite(v);
	return v;
}

static void get_number(struct reader *r, struct tally_number *n)
{
	wide count = get_varint(r);

	*n = (struct tally_number){ .n = (uint64_t)count };
	if (count == 0)
		return;
	n->sum = unzigzag(get_varint(r));
	n->square = get_varint(r);
	n->min = get_real(r);
	n->max = get_real(r);
}

static void get_scale(struct reader *r, struct an_pairs *p)
{
	for (size_t j = 0; j < p->cells; j++) {
		double v = (double)unzigzag(get_run(r));

		r->bad = r->bad || fabs(v) > EXACT_MOST;
		p->cell[j] = v;
	}
	r->bad = r->bad || r->zeros > 0;
}

int tally_sums_unpack(struct tally_sums *t, const void *packed, size_t len, struct err *e)
{
	const struct tally_shape *s = t->shape;
	struct reader r = { packed, (const unsigned char *)packed + len, 0, false };
	uint32_t mark = 0;

	if (len < 6 || r.p[0] != TALLY_VERSION || r.p[1] != (t->whole ? 1 : 0))
		return err_internal(e, "tally: stored counts are of no known form");
	for (int i = 0; i < 4; i++)
		mark |= (uint32_t)r.p[2 + i] << (8 * i);
	if (mark != s->mark)
		return err_internal(e, "tally: stored counts are of another layout");
	r.p += 6;
	for (size_t i = 0; i < (t->whole ? s->whole_cells : s->target_cells); i++) {
		wide v = get_run(&r);

		r.bad = r.bad || v > UINT64_MAX;
		t->cell[i] = (uint64_t)v;
	}
	r.bad = r.bad || r.zeros > 0;
	for (size_t i = 0; i < s->numbers; i++)
		get_number(&r, &t->number[i]);
	for (size_t i = 0; t->whole && i < s->scales; i++)
		if (t->scale[i] != NULL)
			get_scale(&r, t->scale[i]);
	if (r.bad || r.p != r.end)
		return err_internal(e, "tally: stored counts are damaged");
	return 0;
}
