# SPDX-License-Identifier: ISC
# web: the page for people and the operators' console in it, files as they are. Markdown's reader is made of Debian's package node-markdown-it where that is there
# when this is installed, and can be made again at any time by markdown.sh, which is installed beside the page.
webdir = $(datadir)/clawgw/web
dist_web_DATA = web/api.js web/dialog.js web/icon.svg web/index.html web/main.js web/markdown.js web/outbox.js web/room.js web/signin.js \
	web/style.css web/text.js
weblangdir = $(webdir)/lang
dist_weblang_DATA = web/lang/en.js web/lang/zh.js
webconsoledir = $(webdir)/console
dist_webconsole_DATA = web/console/agents.js web/console/api.js web/console/audit.js web/console/channels.js web/console/console.css \
	web/console/console.js web/console/deeds.js web/console/en.js web/console/health.js web/console/lists.js web/console/models.js \
	web/console/overview.js web/console/pager.js web/console/parts.js web/console/people.js web/console/plot.js web/console/scale.js \
	web/console/story.js web/console/words.js web/console/zh.js
EXTRA_DIST += scripts/markdown.sh
websupportdir = $(datadir)/clawgw
websupport_SCRIPTS = scripts/markdown.sh

install-data-hook: install-markdown
install-markdown:
	umask 022 && sh $(srcdir)/scripts/markdown.sh $(DESTDIR)$(webdir)/vendor/markdown-it.js
uninstall-hook: uninstall-markdown
uninstall-markdown:
	-rm -f $(DESTDIR)$(webdir)/vendor/markdown-it.js
	-rmdir $(DESTDIR)$(webdir)/vendor
.PHONY: install-markdown uninstall-markdown
