# SPDX-License-Identifier: ISC
# src/channels: the ways to reach a person
noinst_LIBRARIES += src/channels/libgwchannels.a
src_channels_libgwchannels_a_SOURCES = \
	src/channels/address.c src/channels/address.h \
	src/channels/channel.c src/channels/channel.h \
	src/channels/email.c \
	src/channels/feishu.c \
	src/channels/feishu_reply.c src/channels/feishu_reply.h \
	src/channels/mail.c src/channels/mail.h \
	src/channels/transfer.c src/channels/transfer.h
