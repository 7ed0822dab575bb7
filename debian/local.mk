# SPDX-License-Identifier: ISC
# debian: the package for Debian 12 and 13. `dpkg-buildpackage -b' in a checkout or an unpacked release makes it.
EXTRA_DIST += debian/changelog debian/clawgw.apache debian/clawgw.lintian-overrides debian/clawgw.logrotate debian/clawgw.nginx \
	debian/clawgw.postinst debian/clawgw.postrm debian/clawgw.prerm debian/clawgw.tmpfiles debian/control \
	debian/copyright debian/rules debian/source/format
