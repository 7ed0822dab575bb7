# SPDX-License-Identifier: ISC
# src/mcp: the Model Context Protocol, over the same rules as src/gateway

noinst_LIBRARIES += src/mcp/libgwmcp.a
src_mcp_libgwmcp_a_SOURCES = \
	src/mcp/argument.c src/mcp/argument.h \
	src/mcp/endpoint.c \
	src/mcp/era.c src/mcp/era.h \
	src/mcp/rpc.c src/mcp/rpc.h \
	src/mcp/sentence.c src/mcp/sentence.h \
	src/mcp/texts.h \
	src/mcp/tool.c src/mcp/tool.h
nodist_src_mcp_libgwmcp_a_SOURCES = src/mcp/texts.c

GW_MCP_TEXTS = src/mcp/instructions.txt src/mcp/tools.json
EXTRA_DIST += $(GW_MCP_TEXTS)
CLEANFILES += src/mcp/texts.c

src/mcp/texts.c: src/gateway/guide/embed.awk $(GW_MCP_TEXTS)
	$(AM_V_GEN)$(MKDIR_P) src/mcp && (cd $(srcdir) && LC_ALL=C $(AWK) -v header=mcp/texts.h -v prefix=gw_mcp_ -f src/gateway/guide/embed.awk \
		$(GW_MCP_TEXTS)) >$@.tmp && mv $@.tmp $@

MCP_LIBS = src/mcp/libgwmcp.a $(GATEWAY_LIBS)
