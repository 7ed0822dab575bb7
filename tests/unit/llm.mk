# SPDX-License-Identifier: ISC
# what src/llm and src/worker decide without a connection or a database

if HAVE_CRITERION
UNIT_TESTS_LLM = tests/unit/test_llm tests/unit/test_llm_errors tests/unit/test_llm_reply tests/unit/test_llm_thoughts tests/unit/test_errand tests/unit/test_policy
check_PROGRAMS += $(UNIT_TESTS_LLM)
TESTS += $(UNIT_TESTS_LLM)

tests_unit_test_llm_SOURCES = tests/unit/test_llm.c
tests_unit_test_llm_LDADD = $(LLM_LIBS) $(BASE_LIBS) $(CRITERION_LIBS)
tests_unit_test_llm_errors_SOURCES = tests/unit/test_llm_errors.c
tests_unit_test_llm_errors_LDADD = $(LLM_LIBS) $(BASE_LIBS) $(CRITERION_LIBS)
tests_unit_test_llm_reply_SOURCES = tests/unit/test_llm_reply.c
tests_unit_test_llm_reply_LDADD = $(LLM_LIBS) $(BASE_LIBS) $(CRITERION_LIBS)
tests_unit_test_llm_thoughts_SOURCES = tests/unit/test_llm_thoughts.c
tests_unit_test_llm_thoughts_LDADD = $(LLM_LIBS) $(BASE_LIBS) $(CRITERION_LIBS)
tests_unit_test_errand_SOURCES = tests/unit/test_errand.c
tests_unit_test_errand_LDADD = src/worker/libgwworker.a src/store/libgwstore.a $(LLM_LIBS) $(BASE_LIBS) $(PQ_LIBS) \
	$(CRITERION_LIBS)
tests_unit_test_policy_SOURCES = tests/unit/test_policy.c
tests_unit_test_policy_LDADD = src/worker/libgwworker.a src/store/libgwstore.a $(LLM_LIBS) $(BASE_LIBS) $(PQ_LIBS) \
	$(CRITERION_LIBS)
endif
