# SPDX-License-Identifier: ISC
# The SQL files, and the C that is made of them. One file a line, in alphabetical order.

GW_SCHEMA = \
	sql/schema/0001_platform.sql \
	sql/schema/0002_gateway.sql \
	sql/schema/0003_functions.sql \
	sql/schema/0004_worker.sql \
	sql/schema/0005_channels.sql \
	sql/schema/0006_overview.sql \
	sql/schema/0007_names.sql \
	sql/schema/0008_people.sql \
	sql/schema/0009_job_kinds.sql \
	sql/schema/0010_audit.sql \
	sql/schema/0011_delivery.sql \
	sql/schema/0012_adoption.sql \
	sql/schema/0013_search.sql \
	sql/schema/0014_invitations.sql \
	sql/schema/0015_people_waiting.sql \
	sql/schema/0016_letters.sql \
	sql/schema/0017_feishu_hook.sql \
	sql/schema/0018_resumed_sends.sql \
	sql/schema/0019_removals.sql \
	sql/schema/0020_clock.sql \
	sql/schema/0021_console.sql \
	sql/schema/0022_letter_probes.sql \
	sql/schema/0023_trials.sql \
	sql/schema/0024_findings.sql

GW_FUNCTIONS = \
	sql/functions/adopted_at.sql \
	sql/functions/agent_change.sql \
	sql/functions/agent_create.sql \
	sql/functions/agent_hand_over.sql \
	sql/functions/agent_make.sql \
	sql/functions/agent_may_act.sql \
	sql/functions/agent_models.sql \
	sql/functions/agent_see.sql \
	sql/functions/agents_by_name.sql \
	sql/functions/audit_survey.sql \
	sql/functions/channel_app.sql \
	sql/functions/channel_hook.sql \
	sql/functions/channel_survey.sql \
	sql/functions/clock_follow.sql \
	sql/functions/count_is_over.sql \
	sql/functions/ended_purge.sql \
	sql/functions/job_arrives.sql \
	sql/functions/job_changed.sql \
	sql/functions/job_lane.sql \
	sql/functions/job_leaves.sql \
	sql/functions/job_removed.sql \
	sql/functions/job_revived.sql \
	sql/functions/job_stepped.sql \
	sql/functions/job_waits_for.sql \
	sql/functions/jobs_by_model.sql \
	sql/functions/jobs_take.sql \
	sql/functions/letter_answer.sql \
	sql/functions/letter_attempt.sql \
	sql/functions/letter_attempted.sql \
	sql/functions/letter_bounced.sql \
	sql/functions/letter_compose.sql \
	sql/functions/letter_end.sql \
	sql/functions/letter_queue.sql \
	sql/functions/letter_receive.sql \
	sql/functions/letter_resource.sql \
	sql/functions/letter_retry.sql \
	sql/functions/letter_slug.sql \
	sql/functions/letter_stepped.sql \
	sql/functions/letter_tell.sql \
	sql/functions/letter_writer.sql \
	sql/functions/local_time.sql \
	sql/functions/message_candidates.sql \
	sql/functions/message_claim.sql \
	sql/functions/message_end.sql \
	sql/functions/message_hand_out.sql \
	sql/functions/message_history.sql \
	sql/functions/message_removed.sql \
	sql/functions/message_report.sql \
	sql/functions/message_search.sql \
	sql/functions/message_send.sql \
	sql/functions/message_status_changed.sql \
	sql/functions/message_targets.sql \
	sql/functions/microseconds_until.sql \
	sql/functions/model_change.sql \
	sql/functions/model_create.sql \
	sql/functions/model_days.sql \
	sql/functions/model_look.sql \
	sql/functions/model_make.sql \
	sql/functions/model_price.sql \
	sql/functions/model_survey.sql \
	sql/functions/model_switch.sql \
	sql/functions/model_update.sql \
	sql/functions/name_key.sql \
	sql/functions/operator_rank.sql \
	sql/functions/pair_conversation.sql \
	sql/functions/pair_refresh.sql \
	sql/functions/person_conversation.sql \
	sql/functions/person_may_write.sql \
	sql/functions/person_message_state.sql \
	sql/functions/queue_full.sql \
	sql/functions/queue_length.sql \
	sql/functions/removals_tell.sql \
	sql/functions/rollup.sql \
	sql/functions/tenant_purge.sql \
	sql/functions/thread_open.sql \
	sql/functions/thread_say.sql \
	sql/functions/trial_ask.sql \
	sql/functions/user_change.sql \
	sql/functions/user_create.sql \
	sql/functions/user_make.sql \
	sql/functions/word_pairs.sql

GW_STATEMENTS = \
	sql/statements/adoption_lock.sql \
	sql/statements/adoption_look.sql \
	sql/statements/adoption_plan.sql \
	sql/statements/adoption_undo.sql \
	sql/statements/agent_add.sql \
	sql/statements/agent_authenticate.sql \
	sql/statements/agent_change.sql \
	sql/statements/agent_edit.sql \
	sql/statements/agent_heartbeat.sql \
	sql/statements/agent_key_replace.sql \
	sql/statements/agent_list.sql \
	sql/statements/agent_make.sql \
	sql/statements/agent_probe.sql \
	sql/statements/agent_probe_end.sql \
	sql/statements/agent_remove.sql \
	sql/statements/agent_survey.sql \
	sql/statements/agent_switch.sql \
	sql/statements/agent_weigh.sql \
	sql/statements/agent_why.sql \
	sql/statements/agents_count.sql \
	sql/statements/audit_add.sql \
	sql/statements/audit_list.sql \
	sql/statements/audit_survey.sql \
	sql/statements/audit_tidy.sql \
	sql/statements/backlog_count.sql \
	sql/statements/backlog_show.sql \
	sql/statements/bell_look.sql \
	sql/statements/bell_ring.sql \
	sql/statements/capability_list.sql \
	sql/statements/capability_recall.sql \
	sql/statements/capability_record.sql \
	sql/statements/channel_add.sql \
	sql/statements/channel_find.sql \
	sql/statements/channel_list.sql \
	sql/statements/channel_remove.sql \
	sql/statements/channel_survey.sql \
	sql/statements/clock_follow.sql \
	sql/statements/conversation_ask.sql \
	sql/statements/conversation_list.sql \
	sql/statements/conversation_messages.sql \
	sql/statements/conversation_open.sql \
	sql/statements/conversation_read.sql \
	sql/statements/database_create.sql \
	sql/statements/database_health.sql \
	sql/statements/database_replicas.sql \
	sql/statements/directory_list.sql \
	sql/statements/event_notify.sql \
	sql/statements/event_read.sql \
	sql/statements/event_recent.sql \
	sql/statements/event_tidy.sql \
	sql/statements/feishu_event_note.sql \
	sql/statements/feishu_event_tidy.sql \
	sql/statements/feishu_hook.sql \
	sql/statements/feishu_sender.sql \
	sql/statements/findings_keep.sql \
	sql/statements/findings_list.sql \
	sql/statements/function_list.sql \
	sql/statements/health_begin.sql \
	sql/statements/health_write.sql \
	sql/statements/idempotency_tidy.sql \
	sql/statements/index_list.sql \
	sql/statements/invitation_add.sql \
	sql/statements/invitation_tidy.sql \
	sql/statements/invitation_use.sql \
	sql/statements/job_answer.sql \
	sql/statements/job_cancel.sql \
	sql/statements/job_consult.sql \
	sql/statements/job_list.sql \
	sql/statements/job_notify.sql \
	sql/statements/job_pair.sql \
	sql/statements/job_purge.sql \
	sql/statements/job_release.sql \
	sql/statements/job_renew.sql \
	sql/statements/job_retry.sql \
	sql/statements/job_settle.sql \
	sql/statements/job_show.sql \
	sql/statements/job_take.sql \
	sql/statements/job_tidy.sql \
	sql/statements/job_unfinished.sql \
	sql/statements/jobs_by_model.sql \
	sql/statements/letter_ask.sql \
	sql/statements/letter_bounced.sql \
	sql/statements/letter_compose.sql \
	sql/statements/letter_correspondents.sql \
	sql/statements/letter_cut_off.sql \
	sql/statements/letter_end.sql \
	sql/statements/letter_list.sql \
	sql/statements/letter_load.sql \
	sql/statements/letter_probe_add.sql \
	sql/statements/letter_probe_end.sql \
	sql/statements/letter_probe_show.sql \
	sql/statements/letter_probed.sql \
	sql/statements/letter_purge.sql \
	sql/statements/letter_receive.sql \
	sql/statements/letter_retry.sql \
	sql/statements/letter_sending.sql \
	sql/statements/letter_show.sql \
	sql/statements/letter_tell.sql \
	sql/statements/letter_thread.sql \
	sql/statements/letter_thread_of.sql \
	sql/statements/letter_tidy.sql \
	sql/statements/letter_unsent.sql \
	sql/statements/letter_whole.sql \
	sql/statements/letters_by_state.sql \
	sql/statements/list_reach.sql \
	sql/statements/member_add.sql \
	sql/statements/member_list.sql \
	sql/statements/member_remove.sql \
	sql/statements/message_cancel.sql \
	sql/statements/message_confirm.sql \
	sql/statements/message_due.sql \
	sql/statements/message_expire.sql \
	sql/statements/message_give_back.sql \
	sql/statements/message_list.sql \
	sql/statements/message_overdue.sql \
	sql/statements/message_poll.sql \
	sql/statements/message_purge.sql \
	sql/statements/message_redeliver.sql \
	sql/statements/message_report.sql \
	sql/statements/message_search.sql \
	sql/statements/message_send.sql \
	sql/statements/message_send_user.sql \
	sql/statements/message_show.sql \
	sql/statements/message_status.sql \
	sql/statements/message_tidy.sql \
	sql/statements/message_waiting.sql \
	sql/statements/migration_exists.sql \
	sql/statements/migration_list.sql \
	sql/statements/migration_lock.sql \
	sql/statements/migration_prepare.sql \
	sql/statements/migration_record.sql \
	sql/statements/model_add.sql \
	sql/statements/model_change.sql \
	sql/statements/model_days.sql \
	sql/statements/model_edit.sql \
	sql/statements/model_find.sql \
	sql/statements/model_learn.sql \
	sql/statements/model_list.sql \
	sql/statements/model_make.sql \
	sql/statements/model_price.sql \
	sql/statements/model_probe.sql \
	sql/statements/model_remove.sql \
	sql/statements/model_spend.sql \
	sql/statements/model_survey.sql \
	sql/statements/model_switch.sql \
	sql/statements/operator_address.sql \
	sql/statements/operator_now.sql \
	sql/statements/overview_read.sql \
	sql/statements/overview_stalled.sql \
	sql/statements/person_agents.sql \
	sql/statements/person_answer.sql \
	sql/statements/person_ask.sql \
	sql/statements/person_find.sql \
	sql/statements/person_message_cancel.sql \
	sql/statements/person_message_send.sql \
	sql/statements/person_message_show.sql \
	sql/statements/presence_sweep.sql \
	sql/statements/queue_show.sql \
	sql/statements/refusal_add.sql \
	sql/statements/relationship_add_agent.sql \
	sql/statements/relationship_add_member.sql \
	sql/statements/relationship_list.sql \
	sql/statements/relationship_remove.sql \
	sql/statements/role_connect.sql \
	sql/statements/role_create.sql \
	sql/statements/role_settings.sql \
	sql/statements/role_show.sql \
	sql/statements/rollup_read.sql \
	sql/statements/rollup_total.sql \
	sql/statements/rollup_write.sql \
	sql/statements/send_begin.sql \
	sql/statements/send_finish.sql \
	sql/statements/send_list.sql \
	sql/statements/send_resume.sql \
	sql/statements/send_tidy.sql \
	sql/statements/server_show.sql \
	sql/statements/session_configure.sql \
	sql/statements/session_end.sql \
	sql/statements/session_end_all.sql \
	sql/statements/session_find.sql \
	sql/statements/session_list.sql \
	sql/statements/session_open_link.sql \
	sql/statements/session_open_password.sql \
	sql/statements/session_probe.sql \
	sql/statements/session_probe_end.sql \
	sql/statements/session_probe_event.sql \
	sql/statements/session_revoke.sql \
	sql/statements/signin_failed.sql \
	sql/statements/signin_link_add.sql \
	sql/statements/signin_link_mail.sql \
	sql/statements/signin_password.sql \
	sql/statements/signin_succeeded.sql \
	sql/statements/signin_tidy.sql \
	sql/statements/signin_wait.sql \
	sql/statements/step_tidy.sql \
	sql/statements/story_find.sql \
	sql/statements/story_read.sql \
	sql/statements/target_suggest.sql \
	sql/statements/tenant_add.sql \
	sql/statements/tenant_list.sql \
	sql/statements/tenant_names.sql \
	sql/statements/tenant_purge.sql \
	sql/statements/tenant_remove.sql \
	sql/statements/tenant_weigh.sql \
	sql/statements/thread_tidy.sql \
	sql/statements/token_claim.sql \
	sql/statements/token_fail.sql \
	sql/statements/token_find.sql \
	sql/statements/token_store.sql \
	sql/statements/token_tidy.sql \
	sql/statements/trial_ask.sql \
	sql/statements/trial_end.sql \
	sql/statements/trial_load.sql \
	sql/statements/trial_show.sql \
	sql/statements/user_active.sql \
	sql/statements/user_add.sql \
	sql/statements/user_change.sql \
	sql/statements/user_edit.sql \
	sql/statements/user_list.sql \
	sql/statements/user_make.sql \
	sql/statements/user_remove.sql \
	sql/statements/user_survey.sql \
	sql/statements/user_switch.sql \
	sql/statements/worker_gone.sql \
	sql/statements/worker_list.sql \
	sql/statements/worker_seen.sql

GW_PLATFORM = sql/platform/indexes.sql

EXTRA_DIST += sql/embed.awk sql/grants.sql $(GW_PLATFORM) $(GW_SCHEMA) $(GW_FUNCTIONS) $(GW_STATEMENTS)

gw_sql_sources = src/store/statements.h src/store/statements.c src/store/schema.c src/store/functions.c src/store/grants.c src/store/indexes.c
BUILT_SOURCES += $(gw_sql_sources)
CLEANFILES += $(gw_sql_sources)

src/store/statements.h: sql/embed.awk $(GW_STATEMENTS) sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && (cd $(srcdir) && LC_ALL=C $(AWK) -v mode=header -f sql/embed.awk $(GW_STATEMENTS)) >$@.tmp && mv $@.tmp $@

src/store/statements.c: sql/embed.awk $(GW_STATEMENTS) sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && (cd $(srcdir) && LC_ALL=C $(AWK) -v mode=source -f sql/embed.awk $(GW_STATEMENTS)) >$@.tmp && mv $@.tmp $@

src/store/schema.c: sql/embed.awk $(GW_SCHEMA) sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && (cd $(srcdir) && LC_ALL=C $(AWK) -v mode=schema -f sql/embed.awk $(GW_SCHEMA)) >$@.tmp && mv $@.tmp $@

src/store/functions.c: sql/embed.awk $(GW_FUNCTIONS) sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && (cd $(srcdir) && LC_ALL=C $(AWK) -v mode=functions -f sql/embed.awk $(GW_FUNCTIONS)) >$@.tmp && mv $@.tmp $@

src/store/indexes.c: sql/embed.awk $(GW_PLATFORM) sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && (cd $(srcdir) && LC_ALL=C $(AWK) -v mode=indexes -f sql/embed.awk $(GW_PLATFORM)) >$@.tmp && mv $@.tmp $@

src/store/grants.c: sql/embed.awk sql/grants.sql sql/local.mk
	$(AM_V_GEN)$(MKDIR_P) src/store && (cd $(srcdir) && LC_ALL=C $(AWK) -v mode=grants -f sql/embed.awk sql/grants.sql) >$@.tmp && mv $@.tmp $@
