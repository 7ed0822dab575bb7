# SPDX-License-Identifier: ISC
# conf: the sample is installed with the program's data, and becomes the configuration where there is none yet. An
# uninstallation leaves what was changed.
dist_pkgdata_DATA = conf/clawgw.conf conf/clawgw-alerts.yml

install-data-hook:
	@$(MKDIR_P) '$(DESTDIR)$(sysconfdir)/clawgw'
	@conf='$(DESTDIR)$(sysconfdir)/clawgw/clawgw.conf'; test -e "$$conf" || \
		$(INSTALL) -m 640 '$(srcdir)/conf/clawgw.conf' "$$conf"

uninstall-hook:
	@conf='$(DESTDIR)$(sysconfdir)/clawgw/clawgw.conf'; \
		if cmp -s '$(srcdir)/conf/clawgw.conf' "$$conf"; then rm -f "$$conf"; fi
