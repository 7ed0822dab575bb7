# SPDX-License-Identifier: ISC
# src/worker: the queue loop
noinst_LIBRARIES += src/worker/libgwworker.a
src_worker_libgwworker_a_SOURCES = \
	src/worker/ask.c src/worker/ask.h \
	src/worker/claim.c src/worker/claim.h \
	src/worker/errand.c src/worker/errand.h \
	src/worker/kind.h \
	src/worker/kind_agent.c \
	src/worker/kind_correspondent.c \
	src/worker/kind_letter.c \
	src/worker/kind_person.c \
	src/worker/kind_trial.c \
	src/worker/kinds.c \
	src/worker/main.c \
	src/worker/policy.c src/worker/policy.h \
	src/worker/prompt.c src/worker/prompt.h \
	src/worker/queue.c src/worker/queue.h \
	src/worker/record.c src/worker/record.h \
	src/worker/task.c src/worker/task.h \
	src/worker/worker.c src/worker/worker.h

sbin_PROGRAMS += clawgw-worker
clawgw_worker_SOURCES = src/programs/clawgw-worker.c
clawgw_worker_LDADD = src/worker/libgwworker.a src/channels/libgwchannels.a src/store/libgwstore.a $(LLM_LIBS) $(BASE_LIBS) $(PQ_LIBS) \
	$(CURL_LIBS) $(IDN_LIBS)
dist_man_MANS += man/clawgw-worker.8
