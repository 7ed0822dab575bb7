# SPDX-License-Identifier: ISC
# src/gateway: one file per endpoint and the rules they share

noinst_LIBRARIES += src/gateway/libgwgateway.a
src_gateway_libgwgateway_a_SOURCES = \
	src/gateway/api_key.c \
	src/gateway/background.c src/gateway/background.h \
	src/gateway/caller.c src/gateway/caller.h \
	src/gateway/counters.c src/gateway/counters.h \
	src/gateway/ears.c src/gateway/ears.h \
	src/gateway/endpoints.h \
	src/gateway/gateway.c src/gateway/gateway.h \
	src/gateway/guide.h \
	src/gateway/guide_text.c \
	src/gateway/handout.c src/gateway/handout.h \
	src/gateway/lease.c src/gateway/lease.h \
	src/gateway/health.c \
	src/gateway/heartbeat.c \
	src/gateway/join.c \
	src/gateway/messages.c \
	src/gateway/metrics.c \
	src/gateway/nearness.c src/gateway/nearness.h \
	src/gateway/patience.c src/gateway/patience.h \
	src/gateway/peek.c src/gateway/peek.h \
	src/gateway/poll.c \
	src/gateway/refusals.c src/gateway/refusals.h \
	src/gateway/report.c \
	src/gateway/responder.c src/gateway/responder.h \
	src/gateway/send.c src/gateway/send.h \
	src/gateway/send_answer.c src/gateway/send_answer.h \
	src/gateway/send_person.c \
	src/gateway/setup_guide.c
nodist_src_gateway_libgwgateway_a_SOURCES = src/gateway/guide.c

GW_GUIDES = src/gateway/guide/join.sh src/gateway/guide/setup.sh src/gateway/guide/skill.en.md src/gateway/guide/skill.zh.md src/gateway/guide/watch.sh \
	src/gateway/guide/words.en.txt src/gateway/guide/words.zh.txt
EXTRA_DIST += src/gateway/guide/embed.awk $(GW_GUIDES)
CLEANFILES += src/gateway/guide.c

src/gateway/guide.c: src/gateway/guide/embed.awk $(GW_GUIDES)
	$(AM_V_GEN)$(MKDIR_P) src/gateway && (cd $(srcdir) && LC_ALL=C $(AWK) -v header=gateway/guide.h -v prefix=gw_guide_ -f src/gateway/guide/embed.awk $(GW_GUIDES)) >$@.tmp && mv $@.tmp $@

# what a responder links: only what its own handlers need is taken from the libraries
GATEWAY_LIBS = src/gateway/libgwgateway.a src/channels/libgwchannels.a src/http/libgwhttp.a src/store/libgwstore.a src/base/libgwbase.a \
	$(CURL_LIBS) $(IDN_LIBS) $(FCGI_LIBS) $(PQ_LIBS) $(JSON_LIBS) $(CRYPTO_LIBS) $(UUID_LIBS) $(INIH_LIBS) -lm
PEOPLE_LIBS = src/people/libgwpeople.a src/operator/libgwoperator.a src/llm/libgwllm.a $(GATEWAY_LIBS) $(CRYPT_LIBS)
