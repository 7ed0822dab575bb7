# SPDX-License-Identifier: ISC
# src/operator: what operators see and do, for clawgw-admin and for the page
noinst_LIBRARIES += src/operator/libgwoperator.a
src_operator_libgwoperator_a_SOURCES = \
	src/operator/care.c src/operator/care.h \
	src/operator/deed.c src/operator/deed.h \
	src/operator/look.c src/operator/look.h \
	src/operator/trial.c src/operator/trial.h
