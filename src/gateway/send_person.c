/*
 * send_person.c: the person rules of POST /send-message.
 */
#include "gateway/send.h"

static bool wants(const struct gw_send *send, const char *channel)
{
	return send->channel.data == NULL || gw_str_equal_c(send->channel, channel);
}

enum gw_err gw_send_to_person(const struct gw_gateway *gateway, const struct gw_send *send,
			      const struct gw_send_result *found, struct gw_response *response)
{
	bool has_user_id = found->external_id.len > 0;
	bool has_open_id = found->open_id.len > 0;

	(void)gateway;
	if (wants(send, "feishu") && (has_user_id || has_open_id))
		return gw_response_error_status(response, GW_INVALID, 400,
						"No Feishu channel configured");
	return gw_response_error_status(
		response, GW_INVALID, 400,
		"No available channel to reach %.*s. feishu_user_id=%s, feishu_open_id=%s",
		(int)found->name.len, found->name.data, has_user_id ? "yes" : "no",
		has_open_id ? "yes" : "no");
}
