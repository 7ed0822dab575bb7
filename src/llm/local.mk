# SPDX-License-Identifier: ISC
# src/llm: the dialects of language models, and the connections to them
noinst_LIBRARIES += src/llm/libgwllm.a
src_llm_libgwllm_a_SOURCES = \
	src/llm/anthropic.c \
	src/llm/cause.c \
	src/llm/client.c src/llm/client.h \
	src/llm/dialect.h \
	src/llm/llm.c src/llm/llm.h \
	src/llm/openai.c \
	src/llm/quirks.c \
	src/llm/reply.c \
	src/llm/retry_after.c \
	src/llm/sse.c src/llm/sse.h \
	src/llm/thoughts.c \
	src/llm/words.c

# what a program that links libgwllm.a needs besides
LLM_LIBS = src/llm/libgwllm.a src/http/libgwhttp.a $(CURL_LIBS)
