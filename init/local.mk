# SPDX-License-Identifier: ISC
# init, systemd, cron, apache: what starts the programs. Files *.in hold paths that configure was told.

dist_man_MANS += man/clawgw.conf.5 man/clawgw-responders.8

# As text: what configure substitutes refers to other variables, which only make resolves.
gw_substitute = $(SED) -e 's|@responderdir[@]|$(responderdir)|g' -e 's|@sbindir[@]|$(sbindir)|g' \
	-e 's|@sysconfdir[@]|$(sysconfdir)|g' -e 's|@pkgdatadir[@]|$(pkgdatadir)|g'

GW_UNITS_IN = systemd/clawgw@.service systemd/clawgw-tidy.service systemd/clawgw-worker.service
GW_UNITS = systemd/clawgw@.socket systemd/clawgw-tidy.timer systemd/clawgw.target
GW_APACHE_IN = apache/clawgw-cgi.conf apache/clawgw-fcgid.conf apache/clawgw-page.conf apache/clawgw-proxy-fcgi.conf
GW_APACHE = apache/clawgw-common.conf apache/htaccess.example
GW_INIT_IN = init/clawgw-responders init/clawgw-worker.runit init/clawgw-worker.supervisord cron/clawgw.cron

systemdsystemunit_DATA = $(GW_UNITS_IN) $(GW_UNITS)
apachedir = $(pkgdatadir)/apache
apache_DATA = $(GW_APACHE_IN) $(GW_APACHE)
sbin_SCRIPTS = init/clawgw-responders
initdir = $(pkgdatadir)/init
init_DATA = init/clawgw-worker.runit init/clawgw-worker.supervisord cron/clawgw.cron init/responders.list
# what clawgw-responders is made of; beside the programs, because that is where it looks
responder_DATA = scripts/processes.sh scripts/supervise.sh

EXTRA_DIST += $(GW_UNITS) $(GW_APACHE) systemd/clawgw.sysusers init/responders.list \
	systemd/clawgw@.service.in systemd/clawgw-tidy.service.in systemd/clawgw-worker.service.in \
	apache/clawgw-cgi.conf.in apache/clawgw-fcgid.conf.in apache/clawgw-page.conf.in apache/clawgw-proxy-fcgi.conf.in \
	init/clawgw-responders.in init/clawgw-worker.runit.in init/clawgw-worker.supervisord.in cron/clawgw.cron.in
CLEANFILES += $(GW_UNITS_IN) $(GW_APACHE_IN) $(GW_INIT_IN)

$(GW_UNITS_IN) $(GW_APACHE_IN) $(GW_INIT_IN): Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(gw_substitute) $(srcdir)/$@.in >$@.tmp && mv $@.tmp $@
init/clawgw-responders: init/clawgw-responders.in
init/clawgw-worker.runit: init/clawgw-worker.runit.in
init/clawgw-worker.supervisord: init/clawgw-worker.supervisord.in
cron/clawgw.cron: cron/clawgw.cron.in
systemd/clawgw@.service: systemd/clawgw@.service.in
systemd/clawgw-tidy.service: systemd/clawgw-tidy.service.in
systemd/clawgw-worker.service: systemd/clawgw-worker.service.in
apache/clawgw-cgi.conf: apache/clawgw-cgi.conf.in
apache/clawgw-fcgid.conf: apache/clawgw-fcgid.conf.in
apache/clawgw-page.conf: apache/clawgw-page.conf.in
apache/clawgw-proxy-fcgi.conf: apache/clawgw-proxy-fcgi.conf.in

# gateway.fcgi is a CGI program when it is started as one; the name is for web servers that go by it. systemd's folder
# of accounts and the list of responders want other names than the files have here.
sysusersdir = $(prefix)/lib/sysusers.d
install-data-hook: install-gateway-cgi
install-gateway-cgi:
	$(MKDIR_P) "$(DESTDIR)$(responderdir)"
	cd '$(DESTDIR)$(responderdir)' && ln -sf gateway.fcgi gateway.cgi
	$(MKDIR_P) '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(sysconfdir)/clawgw'
	$(INSTALL_DATA) '$(srcdir)/systemd/clawgw.sysusers' '$(DESTDIR)$(sysusersdir)/clawgw.conf'
	list='$(DESTDIR)$(sysconfdir)/clawgw/responders.list'; test -e "$$list" || \
		$(INSTALL_DATA) '$(srcdir)/init/responders.list' "$$list"
uninstall-local:
	rm -f '$(DESTDIR)$(responderdir)/gateway.cgi' '$(DESTDIR)$(sysusersdir)/clawgw.conf'
	list='$(DESTDIR)$(sysconfdir)/clawgw/responders.list'; \
		if cmp -s '$(srcdir)/init/responders.list' "$$list"; then rm -f "$$list"; fi
.PHONY: install-gateway-cgi
