/* SPDX-License-Identifier: ISC */
/*
 * model.c: see model.h.
 */
#include "store/model.h"

#include "store/array.h"

enum gw_err gw_model_spend(struct gw_tx *tx, const struct gw_model_use *uses, size_t count)
{
	struct gw_params params = GW_PARAMS_EMPTY;
	struct gw_buf agents, models, tokens;
	enum gw_err err = GW_OK;

	if (count == 0)
		return GW_OK;
	gw_buf_init(&agents, count * GW_UUID_TEXT_SIZE + 2);
	gw_buf_init(&models, count * GW_UUID_TEXT_SIZE + 2);
	gw_buf_init(&tokens, count * 24 + 2);
	gw_array_begin(&agents);
	gw_array_begin(&models);
	gw_array_begin(&tokens);
	for (size_t i = 0; i < count; i++) {
		gw_array_add_uuid(&agents, &uses[i].agent);
		gw_array_add_uuid(&models, &uses[i].model);
		gw_array_add_int(&tokens, uses[i].tokens);
	}
	gw_params_text(&params, gw_array_end(&agents));
	gw_params_text(&params, gw_array_end(&models));
	gw_params_text(&params, gw_array_end(&tokens));
	err = gw_tx_run(tx, GW_STATEMENT_MODEL_SPEND, &params);
	gw_buf_release(&agents);
	gw_buf_release(&models);
	gw_buf_release(&tokens);
	return err;
}

enum gw_err gw_model_learn(struct gw_tx *tx, const struct gw_uuid *model, uint32_t quirks,
			   struct gw_str words)
{
	struct gw_params params = GW_PARAMS_EMPTY;

	gw_params_uuid(&params, model);
	gw_params_int(&params, (int32_t)quirks);
	gw_params_text(&params, words);
	return gw_tx_run(tx, GW_STATEMENT_MODEL_LEARN, &params);
}
