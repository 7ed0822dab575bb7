# SPDX-License-Identifier: ISC
# nginx: what an operator copies or links into /etc/nginx. Examples for another program's configuration: not in sysconfdir,
# where they would look as if something read them.
nginxdir = $(datadir)/clawgw/nginx
dist_nginx_DATA = nginx/clawgw.conf nginx/clawgw-page.conf nginx/clawgw-site.conf.example nginx/clawgw-upstreams.conf
