/* SPDX-License-Identifier: ISC */
/*
 * agents.c: GET /people/agents: the agents that somebody may write to.
 */
#include "gateway/endpoints.h"
#include "people/people.h"
#include "store/screen.h"

static void add_agent(struct gw_buf *out, const struct gw_person_agent *agent)
{
	gw_json_add_comma(out);
	gw_buf_add_char(out, '{');
	gw_people_add_uuid(out, "id", &agent->id);
	gw_people_add_string(out, "name", agent->name);
	gw_people_add_string(out, "type", agent->type);
	gw_people_add_string(out, "description", agent->description);
	gw_people_add_bool(out, "online", agent->online);
	gw_people_add_time(out, "last_seen", agent->last_seen);
	gw_people_add_int(out, "unread", agent->unread);
	gw_people_add_time(out, "last_message_at", agent->last_message_at);
	gw_people_add_bool(out, "available", agent->available);
	gw_buf_add_char(out, '}');
}

static bool any_untold(const struct gw_rows *rows)
{
	struct gw_person_agent agent = {.untold = false};

	for (int row = 0; row < gw_rows_count(rows) && !agent.untold; row++)
		gw_person_agent_row(rows, row, &agent);
	return agent.untold;
}

/*
 * What is listed as offline has to be offline for screens, too, or nobody tells them when it comes: they would show it as offline from
 * this list on. Where nothing can be written the list is right all the same.
 */
static enum gw_err list_agents(const struct gw_gateway *gateway, const struct gw_user *person,
			       struct gw_rows **ret_rows)
{
	int64_t online_after = gateway->config->online_after;
	enum gw_err err = gw_person_agents(gateway->db, person, NULL, online_after, ret_rows);

	if (err != GW_OK || !any_untold(*ret_rows) ||
	    gw_screen_sweep(gateway->db, online_after) != GW_OK)
		return err;
	gw_rows_free(*ret_rows);
	*ret_rows = NULL;
	return gw_person_agents(gateway->db, person, NULL, online_after, ret_rows);
}

enum gw_err gw_handle_people_agents(struct gw_request *request, struct gw_response *response)
{
	const struct gw_gateway *gateway = gw_gateway_of(request);
	struct gw_user person = {.name = NULL};
	struct gw_rows *rows = NULL;
	enum gw_err err = gw_people_caller(request, response, &person);

	if (err != GW_OK)
		return err;
	err = list_agents(gateway, &person, &rows);
	if (err == GW_OK) {
		gw_buf_add_c(&response->body, "{\"items\":[");
		for (int row = 0; row < gw_rows_count(rows); row++) {
			struct gw_person_agent agent;

			gw_person_agent_row(rows, row, &agent);
			add_agent(&response->body, &agent);
		}
		gw_buf_add_c(&response->body, "]}");
		gw_rows_free(rows);
	}
	gw_user_release(&person);
	return err;
}
