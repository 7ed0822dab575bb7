# SPDX-License-Identifier: ISC
# completion: of clawgw-connect, for the shells of those who run agents
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
dist_bashcompletion_DATA = completion/clawgw-connect
dist_zshcompletion_DATA = completion/_clawgw-connect
