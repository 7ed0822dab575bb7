/* SPDX-License-Identifier: ISC */
/*
 * fuzz_caller.c: credentials in any shape: keys, JSON Web Tokens, cookies, and where a request says that it comes from. Lines of the
 * input are variables of a CGI environment. Nobody is let in who was not before.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/jwt.h"
#include "gateway/caller.h"
#include "gateway/gateway.h"

#define MAX_ENV 16
#define SECRET "a secret for tokens"

const char *const fuzz_corpus = "caller";

static char secret[] = SECRET;
static char url[] = "https://gateway.example/at";
static char token[] = "operator";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gw_config config = {.jwt_secret = secret,
					 .public_url = url,
					 .admin_token = token,
					 .guide_hosts = secret};
	struct gw_gateway gateway = {.config = &config};
	struct fuzz_input input = {data, size};
	char *env[MAX_ENV + 1] = {NULL};
	struct gw_request request;
	struct gw_response response;
	struct gw_caller caller = {.kind = GW_CALLER_NOBODY};
	struct gw_buf out;
	struct gw_uuid subject;
	size_t count = 0;

	while (input.size > 0 && count < MAX_ENV) {
		struct gw_str line = fuzz_text(&input, '\n');

		env[count++] = gw_str_dup(line);
		fuzz_free(line);
	}
	gw_request_init(&request, env, &gateway);
	gw_response_init(&response, 4096);
	gw_buf_init(&out, 8192);
	if (gw_caller_agent(&request, &response, NULL, &caller) == GW_OK &&
	    caller.presented.len > 0)
		fuzz_require(caller.kind == GW_CALLER_AGENT, "a key makes an agent");
	if (gw_caller_operator(&request, &config, &caller) == GW_OK)
		fuzz_require(memmem(data, size, token, sizeof(token) - 1) != NULL,
			     "only who knows the token is the operator");
	/* nobody can sign, who does not know the secret */
	fuzz_require(gw_caller_person(&request, &config, &caller) != GW_OK, "a forged token");
	if (gw_caller_screen(&request, &config, &caller) == GW_OK)
		fuzz_require(caller.has_session, "a session is known to the database alone");
	(void)gw_caller_same_site(&request, &config, true);
	gw_gateway_address(&request, &out);
	fuzz_require(!gw_buf_overflowed(&out) && strpbrk(out.data, " \r\n\"<>") == NULL,
		     "an address is harmless");
	if (size < 4096)
		fuzz_require(gw_jwt_verify((struct gw_str){(const char *)data, size},
					   GW_STR_LIT(SECRET), 1, 0, &subject) != GW_OK,
			     "a forged token");
	gw_buf_release(&out);
	gw_response_release(&response);
	gw_request_release(&request);
	for (size_t i = 0; i < count; i++)
		free(env[i]);
	return 0;
}
