/* SPDX-License-Identifier: ISC */
/*
 * model.c: adding language models, and agents' channels to people.
 */
#include "admin/admin.h"
#include "admin/output.h"

#include "base/digest.h"
#include "base/hosts.h"
#include "base/json.h"

#include <limits.h>
#include <math.h>

#define STORED_KEY_MAX 1024 /* the column's width */
#define PRICE_MAX 1000000
#define CURRENCY_MAX 11 /* with the blank before it */

static enum gw_exit check_url(const char *base_url)
{
	return gw_url_is_http(gw_str(base_url))
		       ? GW_EXIT_OK
		       : gw_admin_fail(GW_EXIT_USAGE,
				       "--base-url must be http:// or https:// and a host");
}

static enum gw_exit temperature(const struct gw_admin *admin, struct gw_params *params)
{
	const char *text = gw_admin_option(admin, "temperature");
	char *end = NULL;
	double value = 0;

	if (text == NULL) {
		gw_params_null(params);
		return GW_EXIT_OK;
	}
	value = strtod(text, &end);
	if (end == text || *end != '\0' || !isfinite(value) || value < 0 || value > 2)
		return gw_admin_fail(GW_EXIT_USAGE, "--temperature must be a number from 0 to 2");
	gw_params_double(params, value);
	return GW_EXIT_OK;
}

static enum gw_exit count(const struct gw_admin *admin, const char *option,
			  struct gw_params *params)
{
	int64_t value = 0;
	enum gw_exit status = gw_admin_integer(admin, option, 1, INT_MAX, 0, &value);

	if (status != GW_EXIT_OK)
		return status;
	if (value == 0)
		gw_params_null(params);
	else
		gw_params_int(params, (int32_t)value);
	return GW_EXIT_OK;
}

/* The key as the table holds it. */
static enum gw_exit stored_key(const struct gw_admin *admin, struct gw_buf *out)
{
	char *key = NULL;
	enum gw_exit status = gw_admin_secret(admin, "key", &key);

	if (status != GW_EXIT_OK)
		return status;
	if (key != NULL && *admin->config.secret_key != '\0')
		gw_secret_encrypt(out, gw_str(admin->config.secret_key), gw_str(key));
	else if (key != NULL)
		gw_buf_add_c(out, key);
	gw_secret_free(key);
	if (gw_buf_overflowed(out))
		return gw_admin_fail(GW_EXIT_USAGE, "--key is too long");
	return GW_EXIT_OK;
}

enum gw_exit gw_model_add(struct gw_admin *admin)
{
	const char *provider = gw_admin_option(admin, "provider");
	const char *base_url = gw_admin_option(admin, "base-url");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_uuid tenant;
	struct gw_buf key;
	bool given = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	gw_buf_init(&key, STORED_KEY_MAX);
	if (base_url == NULL &&
	    (strcmp(provider, "azure") == 0 || strcmp(provider, "custom") == 0)) {
		status = gw_admin_fail(GW_EXIT_USAGE, "--base-url is needed for the provider %s",
				       provider);
		goto out;
	}
	if (base_url != NULL && (status = check_url(base_url)) != GW_EXIT_OK)
		goto out;
	if ((status = gw_admin_tenant(admin, true, &tenant, &given)) != GW_EXIT_OK ||
	    (status = stored_key(admin, &key)) != GW_EXIT_OK)
		goto out;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &tenant);
	gw_params_text_c(&params, admin->arguments[0]);
	gw_params_text_c(&params, provider);
	gw_params_text_c(&params, gw_admin_option(admin, "model"));
	gw_params_text_c(&params, base_url);
	gw_params_text(&params, key.len > 0 ? gw_buf_str(&key) : GW_STR_LIT(""));
	if ((status = temperature(admin, &params)) != GW_EXIT_OK ||
	    (status = count(admin, "max-output-tokens", &params)) != GW_EXIT_OK ||
	    (status = count(admin, "max-tokens-per-day", &params)) != GW_EXIT_OK ||
	    (status = count(admin, "request-timeout", &params)) != GW_EXIT_OK)
		goto out;
	gw_params_bool(&params, gw_admin_option(admin, "disabled") == NULL);
	err = gw_db_run(admin->db, GW_STATEMENT_MODEL_ADD, &params);
	status = err != GW_OK ? gw_admin_store_failed(err, "add the model")
			      : gw_noun_done(admin, &gw_noun_model, &id, "added");
out:
	gw_secret_wipe(key.data, key.len);
	gw_buf_release(&key);
	return status;
}

/* "none" takes away what is there. */
static bool is_none(const char *value)
{
	return value != NULL && strcmp(value, "none") == 0;
}

static enum gw_exit check_edit(const struct gw_admin *admin)
{
	const char *base_url = gw_admin_option(admin, "base-url");
	bool any = false;

	for (const struct gw_option *option = admin->command->options; option->name != NULL;
	     option++)
		any = any || (strcmp(option->name, "tenant") != 0 &&
			      gw_admin_option(admin, option->name) != NULL);
	if (!any)
		return gw_admin_fail(GW_EXIT_USAGE, "nothing to change: see --help");
	return base_url == NULL || is_none(base_url) ? GW_EXIT_OK : check_url(base_url);
}

/* "2.50 EUR" or none; without the option nothing is done. */
static enum gw_exit set_price(struct gw_admin *admin, const struct gw_uuid *model)
{
	const char *text = gw_admin_option(admin, "price");
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	char *end = NULL;
	double price = 0;
	enum gw_err err = GW_OK;

	if (text == NULL)
		return GW_EXIT_OK;
	if (!is_none(text)) {
		price = strtod(text, &end);
		if (end == text || !isfinite(price) || price < 0 || price > PRICE_MAX ||
		    (*end != ' ' && *end != '\0') || strlen(end) > CURRENCY_MAX)
			return gw_admin_fail(GW_EXIT_USAGE,
					     "--price must be a number and a currency, such as "
					     "\"2.50 EUR\", or none");
	}
	gw_params_uuid(&params, model);
	if (is_none(text))
		gw_params_null(&params);
	else
		gw_params_double(&params, price);
	gw_params_text(&params, is_none(text) ? GW_STR_LIT("") : gw_str_trim(gw_str(end)));
	err = gw_db_exec(admin->db, GW_STATEMENT_MODEL_PRICE, &params, &rows);
	gw_rows_free(rows);
	return err == GW_OK ? GW_EXIT_OK : gw_admin_store_failed(err, "set the price");
}

enum gw_exit gw_model_edit(struct gw_admin *admin)
{
	const char *base_url = gw_admin_option(admin, "base-url");
	const char *enabled = gw_admin_option(admin, "enabled");
	bool any_number = is_none(gw_admin_option(admin, "max-tokens-per-day"));
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_thing thing = {.rows = NULL};
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant, model;
	struct gw_buf key;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = check_edit(admin);

	gw_buf_init(&key, STORED_KEY_MAX);
	if (status != GW_EXIT_OK ||
	    (status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_find(admin, &gw_noun_model, admin->arguments[0],
				   narrowed ? &tenant : NULL, &thing)) != GW_EXIT_OK ||
	    (status = stored_key(admin, &key)) != GW_EXIT_OK)
		goto out;
	model = thing.id;
	gw_admin_edits(admin, thing.rows);
	gw_params_uuid(&params, &model);
	gw_params_text_c(&params, gw_admin_option(admin, "label"));
	gw_params_text_c(&params, gw_admin_option(admin, "model"));
	gw_params_text_c(&params, is_none(base_url) ? NULL : base_url);
	gw_params_bool(&params, is_none(base_url));
	gw_params_text(&params, key.len > 0 ? gw_buf_str(&key) : GW_STR_NULL);
	if ((status = temperature(admin, &params)) != GW_EXIT_OK ||
	    (status = count(admin, "max-output-tokens", &params)) != GW_EXIT_OK)
		goto out;
	if (any_number)
		gw_params_null(&params);
	else if ((status = count(admin, "max-tokens-per-day", &params)) != GW_EXIT_OK)
		goto out;
	gw_params_bool(&params, any_number);
	if ((status = count(admin, "request-timeout", &params)) != GW_EXIT_OK)
		goto out;
	if (enabled != NULL)
		gw_params_bool(&params, strcmp(enabled, "yes") == 0);
	else
		gw_params_null(&params);
	if ((status = set_price(admin, &model)) != GW_EXIT_OK)
		goto out;
	err = gw_db_exec(admin->db, GW_STATEMENT_MODEL_EDIT, &params, &rows);
	if (err != GW_OK)
		status = gw_admin_store_failed(err, "change the model");
	else
		/* a model that has just gone is said to be so there */
		status = gw_noun_done(admin, &gw_noun_model, &model, "changed");
	gw_rows_free(rows);
out:
	gw_rows_free(thing.rows);
	gw_secret_wipe(key.data, key.len);
	gw_buf_release(&key);
	return status;
}

enum gw_exit gw_channel_add(struct gw_admin *admin)
{
	const char *type = gw_admin_option(admin, "type");
	struct gw_uuid id = gw_uuid_random();
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_rows *rows = NULL;
	struct gw_uuid tenant;
	struct gw_uuid agent;
	const char *encrypt_key = gw_admin_option(admin, "encrypt-key");
	char *secret = NULL;
	bool narrowed = false;
	enum gw_err err = GW_OK;
	enum gw_exit status = GW_EXIT_OK;

	if ((status = gw_admin_tenant(admin, false, &tenant, &narrowed)) != GW_EXIT_OK ||
	    (status = gw_noun_id(admin, &gw_noun_agent, gw_admin_option(admin, "agent"),
				 narrowed ? &tenant : NULL, &agent)) != GW_EXIT_OK ||
	    (status = gw_admin_secret(admin, "app-secret", &secret)) != GW_EXIT_OK)
		return status;
	gw_params_uuid(&params, &id);
	gw_params_uuid(&params, &agent);
	gw_params_text_c(&params, type != NULL ? type : "feishu");
	gw_params_text_c(&params, gw_admin_option(admin, "app-id"));
	gw_params_text_c(&params, secret);
	gw_params_text_c(&params, gw_admin_option(admin, "domain"));
	gw_params_text_c(&params, encrypt_key);
	gw_params_text_c(&params, gw_admin_option(admin, "verification-token"));
	err = gw_db_exec(admin->db, GW_STATEMENT_CHANNEL_ADD, &params, &rows);
	gw_secret_free(secret);
	if (err != GW_OK)
		return gw_admin_store_failed(err, "add the channel");
	if (gw_rows_bool(rows, 0, 0))
		status = gw_noun_done(admin, &gw_noun_channel, &id, "added");
	else
		status = gw_admin_fail(
			GW_EXIT_CONFLICT,
			"the agent has a channel of this type already; remove it first");
	gw_rows_free(rows);
	return status;
}
