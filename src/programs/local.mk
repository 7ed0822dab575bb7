# SPDX-License-Identifier: ISC
# src/programs: the mains

# Responders belong to no PATH: web servers and supervisors start them.
responderdir = $(libexecdir)/clawgw
responder_PROGRAMS = api-key.fcgi events.fcgi gateway.fcgi health.fcgi heartbeat.fcgi hook.fcgi mcp.fcgi people.fcgi poll.fcgi report.fcgi send-message.fcgi \
	setup-guide.fcgi

api_key_fcgi_SOURCES = src/programs/api-key.c
api_key_fcgi_LDADD = $(GATEWAY_LIBS)
events_fcgi_SOURCES = src/programs/events.c
events_fcgi_LDADD = $(PEOPLE_LIBS)
gateway_fcgi_SOURCES = src/programs/gateway.c
gateway_fcgi_LDADD = src/letters/libgwletters.a src/mcp/libgwmcp.a $(PEOPLE_LIBS)
health_fcgi_SOURCES = src/programs/health.c
health_fcgi_LDADD = $(GATEWAY_LIBS)
heartbeat_fcgi_SOURCES = src/programs/heartbeat.c
heartbeat_fcgi_LDADD = $(GATEWAY_LIBS)
hook_fcgi_SOURCES = src/programs/hook.c
hook_fcgi_LDADD = $(HOOK_LIBS)
mcp_fcgi_SOURCES = src/programs/mcp.c
mcp_fcgi_LDADD = $(MCP_LIBS)
people_fcgi_SOURCES = src/programs/people.c
people_fcgi_LDADD = $(PEOPLE_LIBS)
poll_fcgi_SOURCES = src/programs/poll.c
poll_fcgi_LDADD = $(GATEWAY_LIBS)
report_fcgi_SOURCES = src/programs/report.c
report_fcgi_LDADD = $(GATEWAY_LIBS)
send_message_fcgi_SOURCES = src/programs/send-message.c
send_message_fcgi_LDADD = $(GATEWAY_LIBS)
setup_guide_fcgi_SOURCES = src/programs/setup-guide.c
setup_guide_fcgi_LDADD = $(GATEWAY_LIBS)

sbin_PROGRAMS += clawgw-admin
clawgw_admin_SOURCES = src/programs/clawgw-admin.c
clawgw_admin_LDADD = src/admin/libgwadmin.a src/operator/libgwoperator.a src/channels/libgwchannels.a src/llm/libgwllm.a src/store/libgwstore.a $(PQ_LIBS) $(CURL_LIBS) $(IDN_LIBS) \
	src/http/libgwhttp.a $(BASE_LIBS) $(UNISTRING_LIBS) $(RESOLV_LIBS)
