# SPDX-License-Identifier: ISC
# completion: of clawgw-connect, for the shells of those who run agents, and of clawgw-admin, as `clawgw-admin completion' prints it
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
dist_bashcompletion_DATA = completion/clawgw-admin completion/clawgw-connect
dist_zshcompletion_DATA = completion/_clawgw-admin completion/_clawgw-connect
