# SPDX-License-Identifier: ISC
# src/base: what every program needs and nothing of gateways

noinst_LIBRARIES += src/base/libgwbase.a
src_base_libgwbase_a_SOURCES = \
	src/base/alloc.c src/base/alloc.h \
	src/base/attrs.h \
	src/base/banned.h \
	src/base/buf.c src/base/buf.h \
	src/base/clock.c src/base/clock.h \
	src/base/config.c src/base/config.h \
	src/base/digest.c src/base/digest.h \
	src/base/err.c src/base/err.h \
	src/base/hosts.c src/base/hosts.h \
	src/base/json.c src/base/json.h \
	src/base/json_check.c src/base/json_check.h \
	src/base/json_hint.c src/base/json_hint.h \
	src/base/jwt.c src/base/jwt.h \
	src/base/log.c src/base/log.h \
	src/base/metrics.c src/base/metrics.h \
	src/base/rates.c src/base/rates.h \
	src/base/setting.c src/base/setting.h \
	src/base/settings.h \
	src/base/str.c src/base/str.h \
	src/base/text.c src/base/text.h \
	src/base/units.c src/base/units.h \
	src/base/uuid.c src/base/uuid.h

# what a program that links libgwbase.a needs besides
BASE_LIBS = src/base/libgwbase.a $(JSON_LIBS) $(CRYPTO_LIBS) $(UUID_LIBS) $(INIH_LIBS) -lm
