/* SPDX-License-Identifier: ISC */
/*
 * guide.h: the texts of the setup guide, one per language; {{base}} and {{auth}} stand for the gateway's URL and
 * the argument of curl's -H that holds the key. They are written as Markdown in src/gateway/guide.
 */
#ifndef GW_GUIDE_H
#define GW_GUIDE_H

extern const char gw_guide_skill_en[];
extern const char gw_guide_skill_zh[];

#endif
