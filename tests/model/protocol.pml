/* SPDX-License-Identifier: ISC */
/*
 * protocol.pml: hand-outs, receipts, leases, epochs and the bell, as a model that spin explores whole.
 *
 * Three parts that share no state, each checked by itself (tests/model/model.test): HANDOUT, JOB and BELL. A d_step is one SQL
 * statement: it happens whole or not at all. There is no clock; "the lease has run out" may happen at any moment, a few
 * times, and happens for certain when nothing else can (timeout).
 *
 * What must hold:
 *   H1  A message is hidden for the long lease only if the session that it counts for has the answer that brought it.
 *   H2  A message changes hands between two sessions only after its lease, or when the one replaces the other.
 *   H3  In the end every message has been reported, whatever was lost on the way.
 *   H4  A poll's statement that runs again, because the link broke after its commit, brings what it brought before.
 *   J1  Only the call that holds a job's lease finishes the job or gives it back.
 *   J2  Only the call that holds a job's lease makes the lease longer.
 *   J3  In the end there is one reply, whoever died.
 *   B1  Nobody sleeps for ever while something waits for him.
 *
 * Each rule that the programs follow to that end can be switched off by a macro (the list is in model.test); spin must then
 * find a run that breaks one of the above. A rule whose absence harms nothing is superfluous, or the model is blind.
 */

#ifdef HANDOUT
#define MESSAGES 2
#define CLAIMS_MAX 12 /* polls in a run: every loss below is mended before */

mtype = { pending, delivered, completed };

typedef message_row {
	mtype state = pending;
	byte owner;     /* the session that it was given to */
	byte claim;     /* the poll that gave it */
	bool confirmed; /* the long lease counts */
	bool due        /* the lease that counts has run out */
};
message_row row[MESSAGES];

/* What a session knows: the receipt of the last answer that it got, and what it was given and has not reported (bits). */
byte receipt[3], has[3];
bool gone[3]; /* died, or never was */

byte claims, losses = 1, breaks = 1, deaths = 1, lapses = 1;

#define BIT(m) (1 << (m))
#define ALL_DONE (row[0].state == completed && row[1].state == completed)

#ifdef TAKE_FROM_THE_LIVING
#define UNCONFIRMED(m, s) (row[m].state == delivered && !row[m].confirmed)
#else
#define UNCONFIRMED(m, s) (row[m].state == delivered && !row[m].confirmed && row[m].owner == s)
#endif
#define FREE(m) (row[m].state == pending || (row[m].state == delivered && row[m].due))
#ifdef REPEAT_CLAIMS_ANEW
#define MINE_ALREADY(m, s, tag) false
#else
#define MINE_ALREADY(m, s, tag) (row[m].state == delivered && row[m].owner == s && row[m].claim == tag)
#endif

/* The receipt confirms the answer that it came with, not what has been handed out since. */
inline confirm(s) {
	for (m : 0 .. MESSAGES - 1) {
		if
#ifdef CONFIRM_BY_MESSAGE
		:: receipt[s] > 0 && row[m].state == delivered && (has[s] & BIT(m)) ->
#else
		:: receipt[s] > 0 && row[m].state == delivered && row[m].owner == s && row[m].claim == receipt[s] ->
#endif
			assert(row[m].owner == s && row[m].claim == receipt[s]); /* H1 */
			row[m].confirmed = true
		:: else
		fi
	}
}

/* The statement of a poll by session s under the claim `tag`, which the request has made up; a repeat brings the same. */
inline poll(s, tag) {
	given = 0;
	confirm(s);
	for (m : 0 .. MESSAGES - 1) {
		if
		:: MINE_ALREADY(m, s, tag) -> given = given | BIT(m)
		:: else ->
			if
#ifdef REPEAT_CLAIMS_ANEW
			:: FREE(m) ->
#else
			:: FREE(m) || UNCONFIRMED(m, s) ->
#endif
				assert(row[m].state == pending || row[m].due || row[m].owner == s); /* H2 */
				row[m].state = delivered; row[m].owner = s; row[m].claim = tag;
				row[m].confirmed = false; row[m].due = false;
				given = given | BIT(m)
			:: else
			fi
		fi
	}
}

proctype Session(byte s) {
	byte m, tag, given, first;

	gone[s] = false;
	do
	:: ALL_DONE -> break
	:: claims < CLAIMS_MAX && !ALL_DONE &&
	   (FREE(0) || FREE(1) || UNCONFIRMED(0, s) || UNCONFIRMED(1, s)) ->
		d_step { claims++; tag = claims; poll(s, tag); first = given; m = 0 }
		if
		:: d_step { breaks > 0 ->
				breaks--; poll(s, tag);
				for (m : 0 .. MESSAGES - 1) { /* H4 */
					assert(!(first & BIT(m)) || (given & BIT(m)) || row[m].owner != s || row[m].state == completed)
				}
				m = 0
			}
		:: true
		fi;
		if
		:: d_step { losses > 0 -> losses-- } /* the answer never arrives */
		:: d_step { receipt[s] = tag; has[s] = has[s] | given }
		fi;
		first = 0; given = 0; tag = 0
	:: has[s] & BIT(0) -> d_step { row[0].state = completed; has[s] = has[s] & 2 }
	:: has[s] & BIT(1) -> d_step { row[1].state = completed; has[s] = has[s] & 1 }
	:: d_step { s == 0 && deaths > 0 -> deaths--; gone[0] = true }; break
	:: s == 2 && gone[0] && (row[0].owner == 0 || row[1].owner == 0) ->
		/* replaces=<session 0>: what that one had is due at once */
		d_step {
			for (m : 0 .. MESSAGES - 1) {
				if
				:: row[m].state == delivered && row[m].owner == 0 -> row[m].due = true; row[m].owner = 2
				:: else
				fi
			}
			m = 0
		}
	od
}

proctype Time() {
	byte m;
	do
	:: ALL_DONE -> break
	:: d_step { lapses > 0 -> lapses--;
		if :: row[0].state == delivered -> row[0].due = true :: row[1].state == delivered -> row[1].due = true :: else fi }
	:: timeout && !ALL_DONE -> d_step {
		assert(claims < CLAIMS_MAX); /* H3: something was repeated for ever */
		for (m : 0 .. MESSAGES - 1) {
			if
			:: row[m].state == delivered -> row[m].due = true
			:: else -> assert(row[m].state == completed) /* H3: pending, and nobody asks */
			fi
		}
		m = 0 }
	od
}

init {
	atomic { gone[0] = true; gone[1] = true; gone[2] = true; run Session(0); run Session(1); run Time() };
	if
	:: gone[0] && deaths == 0 -> run Session(2)
	:: ALL_DONE
	fi
}
#endif

#ifdef JOB
#define WORKERS 2
#define CALLS 7 /* every death, lapse and failure below costs at most one */

mtype = { queued, running, done };

mtype state = queued;
byte owner = 9, epoch; /* the lease: whose, and which one */
bool due = false;      /* the lease has run out */
byte replies, calls, holder; /* holder: the call that truly has the lease; only the assertions look at it */
byte deaths = 1, lapses = 2, failures = 1;

/* Whether the statement of call c of worker w under lease e finds the job to be its own. */
#ifdef NO_FENCE
#define HELD(w, e) (state == running)
#else
#ifdef NO_EPOCH
#define HELD(w, e) (state == running && owner == w)
#else
#define HELD(w, e) (state == running && owner == w && epoch == e)
#endif
#endif
#ifdef RENEW_NO_FENCE
#define RENEWS(w, e) (state == running)
#else
#define RENEWS(w, e) HELD(w, e)
#endif

/* One call of a model, from the claim to the end; a worker may have several, and one that lost its lease does not know. */
proctype Call(byte w; byte e; byte me) {
	do
	:: d_step { deaths > 0 -> deaths-- }; break /* the process died with it */
	:: d_step { RENEWS(w, e) && due ->
		assert(holder == me) /* J2 */; due = false }
	:: d_step {
		if
		:: HELD(w, e) ->
			assert(holder == me); /* J1 */
			state = done; replies++;
			assert(replies == 1)
		:: else
		fi }; break
	:: d_step { failures > 0 ->
		failures--;
		if
		:: HELD(w, e) -> assert(holder == me) /* J1 */; state = queued; owner = 9; due = false
		:: else
		fi }; break
	od
}

proctype Worker(byte w) {
	byte e, me;
	do
	:: state == done -> break
	:: atomic { calls < CALLS && (state == queued || (state == running && due)) ->
		state = running; owner = w; epoch++; e = epoch; due = false;
		calls++; me = calls; holder = me;
		run Call(w, e, me) }
	od
}

init {
	atomic { run Worker(0); run Worker(1) };
	do
	:: state == done -> break
	:: d_step { state == running && lapses > 0 -> lapses--; due = true }
	:: timeout -> d_step { assert(calls < CALLS) /* J3 */; due = true }
	od;
	assert(replies == 1) /* J3 */
}
#endif

#ifdef BELL
#define WRITERS 2

byte written, ringing, read; /* committed; notifications under way; seen by the waiter */
bool watching, rung, lost;
byte cuts = 1;               /* how often the LISTEN connection is lost, with what was under way */

/* Whoever writes: the row, then the bell in a transaction of its own. */
proctype Writer() {
#ifdef RING_BEFORE_COMMIT
	ringing++; written++
#else
	written++; ringing++
#endif
}

/* The one LISTEN connection of the waiter's process. */
active proctype Listener() {
end:	do
	:: d_step { ringing > 0 -> ringing--; if :: watching -> rung = true :: else fi }
	:: d_step { cuts > 0 && ringing > 0 -> cuts--; ringing = 0; lost = true }
#ifndef RECONNECT_SILENTLY
	:: d_step { lost -> lost = false; rung = true } /* whoever waits is rung: nobody knows what was missed */
#endif
	od
}

active proctype Waiter() {
	byte seen;
	do
	:: read == WRITERS -> break
	:: else ->
#ifdef LOOK_BEFORE_WATCH
		seen = written;
		watching = true;
#else
		watching = true;
		seen = written;
#endif
		if
		:: seen > read -> read = seen; d_step { watching = false; rung = false }
		:: else ->
			rung; /* B1: spin reports whoever is stuck here in the end */
			rung = false
		fi
	od
}

init { atomic { run Writer(); run Writer() } }
#endif
