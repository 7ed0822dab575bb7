/* SPDX-License-Identifier: ISC */
/*
 * kind_letter.c: jobs of the kind "letter": a letter from an agent to a person is to be delivered, by a thread, because channels block.
 *
 * A letter is marked as being sent before the moment from which on nobody but the channel knows whether it will arrive, in a
 * statement that fails when the job is no longer ours. An attempt that finds it marked comes after one that was cut off: where the
 * channel recognises a repeat the letter is sent again, otherwise nobody knows, and the job ends so.
 */
#include "worker/kind.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "channels/channel.h"
#include "store/letter.h"

/* A mail server may keep a client waiting for minutes before it takes a message. */
#define LONGEST (90 * GW_USEC_PER_SEC)
#define UNSENT_ATTEMPTS 3

/* A letter in the hands of a thread; it owns its texts. */
struct errand {
	struct gw_letter_out letter;
	struct gw_buf texts; /* behind the letter's views */
	struct gw_job_claim claim;
	struct gw_db *db; /* while it runs */
	struct gw_buf external;
	struct gw_str announced; /* what the channel will call it */
	enum gw_letter_end end;
};

static enum gw_err load_letters(struct gw_tx *tx, const struct gw_job *const *jobs, const bool *ask,
				size_t count, void **ret_load)
{
	struct gw_letter_batch *batch = NULL;
	enum gw_err err = gw_letter_load(tx, jobs, count, &batch);

	(void)ask;
	if (err == GW_OK)
		*ret_load = batch;
	return err;
}

static void unload_letters(void *load)
{
	gw_letter_batch_free(load);
}

static struct gw_str name_target(const void *load, size_t index)
{
	const struct gw_letter_batch *batch = load;

	return batch->letters[index].member_name;
}

static void free_errand(void *arg)
{
	struct errand *errand = arg;

	gw_buf_release(&errand->texts);
	gw_buf_release(&errand->external);
	free(errand);
}

static struct errand *copy_letter(const struct gw_letter_out *letter)
{
	struct errand *errand = gw_xcalloc(1, sizeof(*errand));
	struct gw_str *const texts[] = {
		&errand->letter.content, &errand->letter.channel,     &errand->letter.subject,
		&errand->letter.place,   &errand->letter.answered,    &errand->letter.agent_name,
		&errand->letter.earlier, &errand->letter.member_name, &errand->letter.external_id,
		&errand->letter.open_id, &errand->letter.email,
	};
	size_t len = 0;

	errand->letter = *letter;
	for (size_t i = 0; i < GW_ARRAY_LEN(texts); i++)
		len += texts[i]->len;
	/* room first, so that nothing moves afterwards */
	gw_buf_init(&errand->texts, len + 1);
	if (gw_buf_reserve(&errand->texts, len) == NULL)
		abort();
	for (size_t i = 0; i < GW_ARRAY_LEN(texts); i++) {
		size_t at = errand->texts.len;

		if (texts[i]->data == NULL)
			continue;
		gw_buf_add_str(&errand->texts, *texts[i]);
		texts[i]->data = errand->texts.data + at;
	}
	gw_buf_init(&errand->external, GW_EXTERNAL_MAX);
	return errand;
}

/* A gw_letter's commit. */
static enum gw_err mark_sending(void *arg)
{
	struct errand *errand = arg;

	return gw_letter_sending(errand->db, &errand->letter.id, &errand->claim, errand->announced);
}

/* Nothing was sent: the next attempt may. Otherwise that one would not know. */
static void mark_unsent(const struct errand *errand, const char *why)
{
	for (int i = 0; i < UNSENT_ATTEMPTS; i++) {
		enum gw_err err = gw_letter_unsent(errand->db, &errand->letter.id, gw_str(why));

		if (err == GW_OK)
			return;
	}
	gw_log_notice("that nothing was sent could not be recorded");
}

static void end(struct errand *errand, struct gw_errand_result *result, enum gw_letter_end how,
		const char *words)
{
	errand->end = how;
	result->state = how == GW_LETTER_SENT ? GW_JOB_DONE : GW_JOB_DEAD;
	gw_buf_add_c(&result->error, words);
}

static void read_failure(struct errand *errand, enum gw_err err, struct gw_send_failure *failure,
			 struct gw_errand_result *result)
{
	if (err == GW_CONFLICT) {
		/* somebody else has the job; nothing that is said here counts */
		result->state = GW_JOB_RETRY;
		gw_buf_add_c(&result->error, "the job was no longer ours");
		return;
	}
	if (failure->text[0] == '\0')
		gw_send_failure_set(failure, "not tried: %s", gw_err_name(err));
	if (failure->unknown) {
		end(errand, result, GW_LETTER_UNKNOWN, failure->text);
	} else if (failure->refused || err == GW_INVALID) {
		end(errand, result, GW_LETTER_FAILED, failure->text);
	} else {
		result->state = GW_JOB_RETRY;
		if (failure->later)
			result->retry_after = failure->retry_after;
		gw_buf_add_c(&result->error, failure->text);
		mark_unsent(errand, failure->text);
	}
}

/* "Re: …", once, whatever mail programs of other languages put before it was cut when the thread began. */
static void add_subject(struct gw_buf *out, const struct gw_letter_out *letter)
{
	if (letter->is_answer || letter->earlier.len > 0)
		gw_buf_add_c(out, "Re: ");
	gw_buf_add_str(out, letter->subject);
}

static void deliver(void *arg, struct gw_db *db, const struct gw_config *config,
		    struct gw_errand_result *result)
{
	struct errand *errand = arg;
	const struct gw_letter_out *it = &errand->letter;
	const struct gw_channel *channel = gw_channel_named(it->channel);
	struct gw_send_failure failure = {.text = ""};
	struct gw_buf external;
	struct gw_buf subject;
	struct gw_letter letter = {
		.config = config,
		.db = db,
		.agent_id = it->agent_id,
		.agent_name = it->agent_name,
		.person = {.id = it->member_id,
			   .name = it->member_name,
			   .external_id = gw_str_trim(it->external_id),
			   .open_id = gw_str_trim(it->open_id),
			   .email = gw_str_trim(it->email)},
		.text = it->content,
		.id = it->id,
		.thread = it->thread,
		.answered = it->answered,
		.earlier = it->earlier,
		.place = it->place,
		.deadline = gw_monotonic() + LONGEST,
		.in_background = true,
		.commit = mark_sending,
		.commit_arg = errand,
		.external = &errand->external,
	};
	enum gw_err err = GW_OK;

	errand->db = db;
	if (channel == NULL || !channel->reaches(config, &letter.person)) {
		end(errand, result, GW_LETTER_FAILED,
		    "the person can no longer be reached by this channel");
		return;
	}
	if (it->begun && it->repeats >= channel->recognises) {
		end(errand, result, GW_LETTER_UNKNOWN,
		    "the attempt to send it was cut off, and the channel would not recognise a "
		    "repeat");
		return;
	}
	gw_buf_init(&external, GW_EXTERNAL_MAX);
	gw_buf_init(&subject, it->subject.len + 8);
	if (channel->external != NULL) {
		channel->external(config, &it->id, &external);
		errand->announced = gw_buf_str(&external);
	}
	add_subject(&subject, it);
	letter.subject = gw_buf_str(&subject);
	err = channel->send(&letter, &failure);
	if (err == GW_OK)
		end(errand, result, GW_LETTER_SENT, "");
	else
		read_failure(errand, err, &failure, result);
	errand->announced = GW_STR_NULL;
	gw_buf_release(&external);
	gw_buf_release(&subject);
}

static void begin_letter(struct gw_task *task, const struct gw_job *job, const void *load,
			 size_t index)
{
	const struct gw_letter_batch *batch = load;
	struct errand *errand = NULL;

	if (!batch->letters[index].there) {
		gw_task_dead(task, "it was removed", "the letter was removed");
		return;
	}
	task->max_attempts = task->config->letter_attempts;
	errand = copy_letter(&batch->letters[index]);
	errand->claim = (struct gw_job_claim){.id = job->id, .epoch = job->epoch};
	/* what an attempt leaves open, the last one leaves for good */
	errand->end = GW_LETTER_GIVEN_UP;
	gw_task_work(task, deliver, errand, free_errand);
}

static enum gw_err record_letters(struct gw_tx *tx, struct gw_task *const *tasks, size_t count)
{
	enum gw_err err = GW_OK;

	for (size_t i = 0; err == GW_OK && i < count; i++) {
		const struct errand *errand = tasks[i]->run_arg;
		/* without an errand it was not tried this time; the time before may have been cut off */
		enum gw_letter_end how = errand != NULL ? errand->end : GW_LETTER_GIVEN_UP;
		struct gw_str why = errand == NULL && tasks[i]->settlement.expired
					    ? GW_STR_LIT("it could not be delivered in time")
					    : tasks[i]->settlement.error;
		struct gw_str external = errand != NULL && errand->external.len > 0
						 ? gw_buf_str(&errand->external)
						 : GW_STR_NULL;

		err = gw_letter_ended(tx, &tasks[i]->subject, how,
				      how == GW_LETTER_SENT ? GW_STR_NULL : why, external);
	}
	return err;
}

const struct gw_kind gw_kind_letter = {
	.name = "letter",
	.load = load_letters,
	.unload = unload_letters,
	.target = name_target,
	.begin = begin_letter,
	.record = record_letters,
};
