# elod: build, run, test.  `make help` lists what there is.
# Variants never mix: each has its own tree under build/ (SAN=address,undefined make ...).
comma := ,
SAN ?=
B ?= build/$(if $(SAN),$(subst $(comma),-,$(SAN)),plain)
CC ?= gcc
CFLAGS ?= -O2 -g
WERROR ?=
VERSION := 0.1.0

PKGS := libmicrohttpd sqlite3 gsl jansson libsodium inih libcurl
LIBS = $(shell pkg-config --libs $(PKGS)) -lunistring -lcsv -lpthread -lm

# what `make run` and `make test` need on a bare Debian 12; `make deps` installs what is missing
DEPS := gcc libc6-dev pkg-config libmicrohttpd-dev libsqlite3-dev libgsl-dev libjansson-dev libsodium-dev \
	libunistring-dev libcsv-dev libinih-dev libcurl4-openssl-dev gettext
DEPS_TEST := libcmocka-dev clang clang-format cppcheck libclang-rt-14-dev chromium fonts-noto-core git procps

# `make run`
PORT ?= 8080
DB ?= build/demo/elod.db
FRESH ?=
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wno-missing-field-initializers $(if $(WERROR),-Werror)
CPPFLAGS += -I. -I$(B)/gen -D_GNU_SOURCE -DELOD_VERSION='"$(VERSION)"' -MMD -MP
# no flag may make results differ: -ffast-math would erase the checks for NaN
ALL_CFLAGS = -std=c17 $(WARN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
LDFLAGS += $(if $(SAN),-fsanitize=$(SAN))

HOST := core/gen_sql.c web/gen_assets.c
SRC := $(filter-out $(HOST),$(wildcard core/*.c surveys/*.c analysis/*.c analysis/methods/*.c analysis/stats/*.c analysis/stats/*/*.c web/*.c daemon/*.c))
OBJ := $(SRC:%.c=$(B)/%.o)
LIB_OBJ := $(filter-out $(B)/daemon/main.o,$(OBJ)) $(B)/gen/sql.o $(if $(wildcard web/gen_assets.c),$(B)/gen/assets.o)
SCHEMA := $(sort $(wildcard core/schema/*.sql))
SQL := $(sort $(wildcard core/*.sql surveys/*.sql analysis/*.sql))
LANGUAGES := $(notdir $(wildcard web/locale/*))
MO := $(LANGUAGES:%=$(B)/gen/web/locale/%.mo)
ASSETS := $(sort $(wildcard web/static/* web/templates/*.mustache))
TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c tests/store/test_*.c tests/web/test_*.c tests/reference/run.c tests/load/*.c))

all: build/elod

# the plain build is the program; a variant keeps its own
build/elod: $(B)/elod
	@$(if $(filter build/plain,$(B)),ln -sf plain/elod $@,:)

run: deps
	@$(MAKE) --no-print-directory all
	@daemon/demo/run $(B)/elod "$(DB)" "$(PORT)" "$(FRESH)"

deps:
	@.ci/install $(DEPS)

deps-test: deps
	@.ci/install $(DEPS_TEST) $$(command -v npm >/dev/null || echo nodejs npm)

# everything that must hold; tests/run says what each part is
test: deps-test
	@MAKE="$(MAKE)" tests/run

lint:
	@MAKE="$(MAKE)" tests/lint/run

bench: all
	@MAKE="$(MAKE)" tests/load/run $(B)/elod

fuzz:
	@MAKE="$(MAKE)" tests/fuzz/run

help:
	@echo "make          build build/elod"
	@echo "make run      install what is missing, build, serve a demonstration (PORT= DB= FRESH=1)"
	@echo "make test     install what tests need, run all of them"
	@echo "make lint     layers, formatting, warnings as errors, static analysis"
	@echo "make bench    figures side by side with nginx, bare SQLite, R and numpy"
	@echo "make fuzz     every fuzz target for FUZZ_SECONDS each (default 20)"
	@echo "make deps     install what a build needs (deps-test: what tests need)"
	@echo "make install  into PREFIX (default /usr/local), below DESTDIR"
	@echo "make clean    remove build/"

PREFIX ?= /usr/local
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/elod $(DESTDIR)$(PREFIX)/share/man/man8 \
		$(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(B)/elod $(DESTDIR)$(PREFIX)/bin/elod
	cp -R daemon/demo $(DESTDIR)$(PREFIX)/share/elod/
	install -m 644 docs/elod.8 $(DESTDIR)$(PREFIX)/share/man/man8/
	install -m 644 docs/elod.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	$(B)/elod analyse --manual >$(DESTDIR)$(PREFIX)/share/man/man1/elod-analyse.1

$(B)/elod: $(B)/daemon/main.o $(B)/libelod.a
	@echo "  link    $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/libelod.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/%.o: %.c | $(B)/gen/.made
	@mkdir -p $(@D)
	@echo "  cc      $<"
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c $< -o $@

$(B)/gen/%.o: $(B)/gen/%.c
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -c $< -o $@

# what the build makes: statements checked against the schema, and files that travel in the binary
$(B)/gen/.made: $(B)/gen/sql.c $(if $(wildcard web/gen_assets.c),$(B)/gen/assets.c)
	@touch $@

$(B)/gen_sql: core/gen_sql.c core/db_sqlite.c core/err.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -std=c17 $(WARN) -O1 -o $@ $^ -lsqlite3 -lsodium

$(B)/gen/sql.c: $(B)/gen_sql $(SCHEMA) $(SQL)
	@echo "  sql     $(words $(SCHEMA)) migrations, $(words $(SQL)) files of statements"
	@mkdir -p $(B)/gen
	@$(B)/gen_sql $(B)/gen $(SCHEMA) -- $(SQL)

# so that make looks at the headers again after they were made
$(SQL:%=$(B)/gen/%.h): $(B)/gen/sql.c
	@:

$(B)/gen_assets: web/gen_assets.c
	@mkdir -p $(@D)
	@$(CC) -I. -D_GNU_SOURCE -std=c17 $(WARN) -O1 -o $@ $< -lsodium

# a language is a folder of catalogues
.SECONDEXPANSION:
$(B)/gen/web/locale/%.mo: $$(wildcard web/locale/%/*.po)
	@mkdir -p $(@D)
	@msgcat --force-po -o $(@:.mo=.po) $(sort $^)
	@msgfmt --check -o $@ $(@:.mo=.po)

$(B)/gen/assets.c: $(B)/gen_assets $(ASSETS) $(MO)
	@echo "  assets  $(words $(ASSETS) $(MO)) files"
	@mkdir -p $(B)/gen
	@$(B)/gen_assets $@ $(ASSETS) $(MO)

$(B)/tests/%: tests/%.c $(B)/libelod.a
	@mkdir -p $(@D)
	@echo "  test cc $<"
	@$(CC) $(CPPFLAGS) -MF $@.d $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libelod.a -lcmocka $(LIBS)

tests-built: $(TESTS)

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(TESTS:%=%.d)
.PHONY: all run deps deps-test test lint bench fuzz help install clean tests-built
.DELETE_ON_ERROR:
