/* SPDX-License-Identifier: ISC */
/*
 * fuzz_base.c: the small readers of src/base. The first byte says which; what one of them takes must come out again as it went in.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/hosts.h"
#include "base/text.h"
#include "base/units.h"
#include "base/uuid.h"

const char *const fuzz_corpus = "base";

static void check_uuid(struct gw_str text)
{
	struct gw_uuid uuid;
	struct gw_uuid again;
	char formatted[GW_UUID_TEXT_SIZE];

	if (!gw_uuid_parse(text, &uuid))
		return;
	fuzz_require(gw_uuid_parse(gw_str(gw_uuid_format(&uuid, formatted)), &again) &&
			     gw_uuid_equal(&uuid, &again),
		     "a UUID is what it was written as");
}

static void check_number(struct gw_str text)
{
	int64_t value = 0;
	int64_t again = 0;
	char written[32];

	if (!gw_parse_int64(text, INT64_MIN, INT64_MAX, &value))
		return;
	(void)snprintf(written, sizeof(written), "%lld", (long long)value);
	fuzz_require(gw_parse_int64(gw_str(written), INT64_MIN, INT64_MAX, &again) &&
			     again == value,
		     "a number is what it was written as");
}

static void check_unit(struct gw_str text, bool (*parse)(struct gw_str, int64_t *),
		       void (*format)(struct gw_buf *, int64_t))
{
	int64_t value = 0;
	int64_t again = 0;
	struct gw_buf written;

	if (!parse(text, &value))
		return;
	gw_buf_init(&written, 64);
	format(&written, value);
	fuzz_require(!gw_buf_overflowed(&written) && parse(gw_buf_str(&written), &again) &&
			     again == value,
		     "a duration or a size is what it was written as");
	gw_buf_release(&written);
}

static void check_utf8(struct gw_str text)
{
	struct gw_buf repaired;
	struct gw_str cut = GW_STR_NULL;
	struct gw_str rest = text;
	uint32_t code = 0;
	size_t count = 0;
	size_t len = 0;

	gw_buf_init(&repaired, 3 * text.len + 1);
	gw_buf_add_c(&repaired, "");
	gw_utf8_repair(&repaired, text);
	fuzz_require(!gw_buf_overflowed(&repaired) && gw_utf8_valid(gw_buf_str(&repaired)),
		     "what was repaired is whole");
	fuzz_require(memchr(repaired.data, '\0', repaired.len) == NULL, "and holds no NUL");
	for (size_t max = 0; max < 5 && max <= repaired.len; max++) {
		cut = gw_utf8_cut(gw_buf_str(&repaired), repaired.len - max);
		fuzz_require(cut.len <= repaired.len - max && gw_utf8_valid(cut),
			     "a cut goes between characters");
	}
	if (gw_utf8_valid(text)) {
		while ((len = gw_utf8_decode(rest, &code)) > 0) {
			rest = (struct gw_str){rest.data + len, rest.len - len};
			count++;
		}
		fuzz_require(rest.len == 0 && count == gw_utf8_length(text),
			     "every character is counted once");
	}
	gw_buf_release(&repaired);
}

static void check_base64(struct gw_str text)
{
	struct gw_buf plain, written, again;

	gw_buf_init(&plain, text.len + 1);
	gw_buf_init(&written, 2 * text.len + 8);
	gw_buf_init(&again, text.len + 1);
	if (gw_base64_decode(&plain, text)) {
		gw_base64_encode(&written, plain.data, plain.len);
		fuzz_require(gw_base64_decode(&again, gw_buf_str(&written)) &&
				     gw_str_equal(gw_buf_str(&plain), gw_buf_str(&again)),
			     "base64 is what it was written as");
	}
	gw_buf_reset(&plain);
	gw_buf_reset(&written);
	gw_buf_reset(&again);
	if (gw_base64url_decode(&plain, text)) {
		gw_base64url_encode(&written, plain.data, plain.len);
		fuzz_require(gw_base64url_decode(&again, gw_buf_str(&written)) &&
				     gw_str_equal(gw_buf_str(&plain), gw_buf_str(&again)),
			     "base64url is what it was written as");
	}
	gw_buf_release(&plain);
	gw_buf_release(&written);
	gw_buf_release(&again);
}

static void check_secret(struct gw_str text)
{
	struct gw_buf plain;

	gw_buf_init(&plain, text.len + 64);
	if (!gw_secret_decrypt(&plain, GW_STR_LIT("a secret key of some length"), text))
		fuzz_require(plain.len == 0, "what cannot be decrypted gives nothing");
	gw_buf_release(&plain);
}

static void check_time(struct fuzz_input *input)
{
	uint64_t time = 0;
	struct gw_buf written;

	for (int i = 0; i < 8; i++)
		time = time << 8 | fuzz_byte(input);
	gw_buf_init(&written, 64);
	gw_time_format(&written, (int64_t)time);
	fuzz_require(written.len == 20 || written.len == 27, "a time has one of two lengths");
	gw_buf_release(&written);
}

static void check_hosts(struct gw_str text)
{
	struct gw_str host = gw_url_host(text);
	struct gw_buf list;

	gw_buf_init(&list, text.len + 1);
	gw_buf_add_c(&list, "");
	gw_utf8_repair(&list, GW_STR_LIT(""));
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] != '\0')
			gw_buf_add_char(&list, text.data[i]);
	}
	(void)gw_host_listed(list.data, host);
	fuzz_require(host.len == 0 || memchr(host.data, '/', host.len) == NULL,
		     "a host ends where a path begins");
	gw_buf_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned which = fuzz_byte(&input);
	struct gw_str text = GW_STR_NULL;

	if (which % 8 == 0) {
		check_time(&input);
		return 0;
	}
	text = fuzz_rest(&input);
	switch (which % 8) {
	case 1:
		check_uuid(text);
		break;
	case 2:
		check_number(text);
		break;
	case 3:
		check_unit(text, gw_duration_parse, gw_duration_format);
		check_unit(text, gw_size_parse, gw_size_format);
		break;
	case 4:
		check_utf8(text);
		break;
	case 5:
		check_base64(text);
		break;
	case 6:
		check_secret(text);
		break;
	default:
		check_hosts(text);
	}
	fuzz_free(text);
	return 0;
}
