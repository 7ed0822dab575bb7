# SPDX-License-Identifier: ISC
# conf: the sample is installed with the program's data, and becomes the configuration where there is none yet. An
# uninstallation leaves what was changed, and no folder that is empty.
dist_pkgdata_DATA = conf/clawgw.conf conf/clawgw-alerts.yml

install-data-hook:
	@$(MKDIR_P) '$(DESTDIR)$(sysconfdir)/clawgw'
	@conf='$(DESTDIR)$(sysconfdir)/clawgw/clawgw.conf'; test -e "$$conf" || \
		$(INSTALL) -m 640 '$(srcdir)/conf/clawgw.conf' "$$conf"

uninstall-hook:
	@conf='$(DESTDIR)$(sysconfdir)/clawgw/clawgw.conf'; \
		if cmp -s '$(srcdir)/conf/clawgw.conf' "$$conf"; then rm -f "$$conf"; fi
	@for folder in '$(DESTDIR)$(pkgdatadir)' '$(DESTDIR)$(docdir)' '$(DESTDIR)$(responderdir)' '$(DESTDIR)$(sysconfdir)/clawgw'; do \
		if test -d "$$folder"; then find "$$folder" -depth -type d -exec rmdir {} \; 2>/dev/null; fi; done; :
