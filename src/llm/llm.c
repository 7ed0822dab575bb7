/* SPDX-License-Identifier: ISC */
/*
 * llm.c: which provider speaks which dialect and where, and what both dialects share when a request is built.
 */
#include "llm/dialect.h"

#include "base/digest.h"
#include "base/hosts.h"
#include "base/text.h"
#include "base/json.h"

#include <json-c/json.h>
#include <math.h>
#include <strings.h>

#define URL_MAX_BYTES 2048
#define HEADER_MAX_BYTES 8192
/* Message and history come from the database, where each is bounded; escaped, a character takes up to six bytes. */
#define BODY_MAX_BYTES ((size_t)512 * 1024 * 1024)

static const struct {
	const char *provider;
	const struct gw_llm_dialect *dialect;
	const char *base; /* NULL: the model's row has to say */
} providers[] = {
	{"anthropic", &gw_llm_anthropic, "https://api.anthropic.com"},
	{"azure", &gw_llm_openai, NULL},
	{"baidu", &gw_llm_openai, "https://qianfan.baidubce.com/v2"},
	{"custom", &gw_llm_openai, NULL},
	{"deepseek", &gw_llm_openai, "https://api.deepseek.com/v1"},
	{"gemini", &gw_llm_openai, "https://generativelanguage.googleapis.com/v1beta/openai"},
	{"kimi", &gw_llm_openai, "https://api.moonshot.cn/v1"},
	{"minimax", &gw_llm_openai, "https://api.minimaxi.com/v1"},
	{"ollama", &gw_llm_openai, "http://localhost:11434/v1"},
	{"openai", &gw_llm_openai, "https://api.openai.com/v1"},
	{"openai-response", &gw_llm_openai, "https://api.openai.com/v1"},
	{"openrouter", &gw_llm_openai, "https://openrouter.ai/api/v1"},
	{"qwen", &gw_llm_openai, "https://dashscope.aliyuncs.com/compatible-mode/v1"},
	{"sglang", &gw_llm_openai, "http://localhost:30000/v1"},
	{"vllm", &gw_llm_openai, "http://localhost:8000/v1"},
	{"zhipu", &gw_llm_openai, "https://open.bigmodel.cn/api/paas/v4"},
};

static void find_provider(struct gw_str name, const struct gw_llm_dialect **ret_dialect,
			  const char **ret_base)
{
	*ret_dialect = &gw_llm_openai;
	*ret_base = NULL;
	for (size_t i = 0; i < GW_ARRAY_LEN(providers); i++) {
		if (name.len == strlen(providers[i].provider) &&
		    strncasecmp(name.data, providers[i].provider, name.len) == 0) {
			*ret_dialect = providers[i].dialect;
			*ret_base = providers[i].base;
			return;
		}
	}
}

/* Nothing that could end a header line or a URL. */
static bool is_plain(struct gw_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.data[i] <= 0x20 || text.data[i] == 0x7F)
			return false;
	}
	return true;
}

static bool begins_with(struct gw_str text, const char *begin)
{
	size_t len = strlen(begin);

	return text.len > len && strncasecmp(text.data, begin, len) == 0;
}

static bool ends_in(struct gw_str text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len && memcmp(text.data + text.len - len, end, len) == 0;
}

/* The base URL with the dialect's path behind it, unless it is there already; a query stays at the end. */
static bool make_url(const struct gw_llm_dialect *dialect, struct gw_str base, struct gw_buf *url)
{
	const char *mark = memchr(base.data, '?', base.len);
	struct gw_str path = {base.data, mark != NULL ? (size_t)(mark - base.data) : base.len};
	struct gw_str query = {base.data + path.len, base.len - path.len};
	const char *more = dialect->path;

	if (!is_plain(base) || (!begins_with(base, "http://") && !begins_with(base, "https://")))
		return false;
	while (path.len > 0 && path.data[path.len - 1] == '/')
		path.len--;
	if (ends_in(path, more))
		more = "";
	else if (dialect->prefix != NULL && ends_in(path, dialect->prefix))
		more += strlen(dialect->prefix);
	gw_buf_add_str(url, path);
	gw_buf_add_c(url, more);
	gw_buf_add_str(url, query);
	return !gw_buf_overflowed(url);
}

enum gw_err gw_llm_prepare(const struct gw_llm_request *request, const char **ret_problem,
			   struct gw_llm_wire *ret_wire)
{
	struct gw_llm_wire wire = {.dialect = NULL};
	struct gw_str base = gw_str_trim(request->base_url);
	const char *default_base = NULL;
	const char *problem = NULL;
	struct gw_buf url;

	gw_buf_init(&url, URL_MAX_BYTES);
	gw_buf_init(&wire.body, BODY_MAX_BYTES);
	find_provider(request->provider, &wire.dialect, &default_base);
	if (base.len == 0)
		base = gw_str(default_base);
	if (base.len == 0) {
		problem = "the model needs a base_url";
		goto out;
	}
	if (!make_url(wire.dialect, base, &url)) {
		problem = "the model's base_url is not an http or https URL";
		goto out;
	}
	if (!is_plain(request->key)) {
		problem = "the model's key has characters that no key has (is secret_key right?)";
		goto out;
	}
	if (request->base_url.len > 0) {
		enum gw_reach reach = gw_url_reach(url.data, request->allow_http_hosts,
						   request->allow_private_hosts);

		if (reach == GW_REACH_NOWHERE) {
			problem = "the model's base_url is not https, and allow_http_hosts does "
				  "not name its host";
			goto out;
		}
		wire.public_only = reach == GW_REACH_PUBLIC;
	}
	wire.own_base = request->base_url.len == 0;
	wire.dialect->build(request, &wire.body);
	if (gw_buf_overflowed(&wire.body)) {
		problem = "the request is too large";
		goto out;
	}
	wire.url = gw_buf_detach(&url);
	gw_llm_wire_header(&wire, "Content-Type", GW_STR_LIT("application/json"));
	gw_llm_wire_header(&wire, "Accept", GW_STR_LIT("text/event-stream, application/json"));
	wire.dialect->authorize(request, &wire);
	*ret_wire = wire;
out:
	gw_buf_release(&url);
	if (problem == NULL)
		return GW_OK;
	gw_buf_release(&wire.body);
	*ret_problem = problem;
	return GW_INVALID;
}

void gw_llm_wire_release(struct gw_llm_wire *wire)
{
	for (size_t i = 0; i < GW_LLM_HEADERS; i++) {
		gw_secret_free(wire->headers[i]);
		wire->headers[i] = NULL;
	}
	free(wire->url);
	wire->url = NULL;
	gw_buf_release(&wire->body);
}

void gw_llm_wire_header(struct gw_llm_wire *wire, const char *name, struct gw_str value)
{
	struct gw_buf line;
	size_t i = 0;

	while (i < GW_LLM_HEADERS - 2 && wire->headers[i] != NULL)
		i++;
	gw_buf_init(&line, HEADER_MAX_BYTES);
	gw_buf_addf(&line, "%s: ", name);
	gw_buf_add_str(&line, value);
	gw_secret_free(wire->headers[i]);
	wire->headers[i] = gw_buf_detach(&line);
}

void gw_llm_add_number(struct gw_buf *body, const char *name, double value)
{
	if (!isfinite(value))
		return;
	gw_json_add_name(body, name);
	gw_buf_addf(body, "%.10g", value);
}

const struct json_object *gw_llm_member(const struct json_object *value, const char *name)
{
	struct json_object *member = NULL;

	if (!json_object_is_type(value, json_type_object) ||
	    !json_object_object_get_ex(value, name, &member))
		return NULL;
	return member;
}

struct gw_str gw_llm_text(const struct json_object *value)
{
	return json_object_is_type(value, json_type_string) ? gw_json_string(value) : GW_STR_NULL;
}

void gw_llm_add_text(struct gw_buf *out, const struct json_object *value)
{
	struct gw_str text = gw_llm_text(value);

	for (size_t start = 0; start < text.len;) {
		const char *nul = memchr(text.data + start, '\0', text.len - start);
		size_t end = nul != NULL ? (size_t)(nul - text.data) : text.len;

		gw_buf_add(out, text.data + start, end - start);
		start = end + 1;
	}
}

int64_t gw_llm_count(const struct json_object *value)
{
	int64_t count = 0;

	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return 0;
	count = json_object_get_int64(value);
	if (count < 0)
		return 0;
	return count < 1000000000 ? count : 1000000000;
}
